import { compareLabels } from '@tidemark/tsdb/model';
import type { Aggregation } from '../syntax/ast.ts';
import { emptySeries, HISTOGRAM, NUMBER, type OpenSeries, type Series } from './columns.ts';
import { greater } from './extremes.ts';
import { ignoreHistograms } from './histogram/fold.ts';
import { reducerOf } from './label-reducer.ts';
import type { Notes } from './notes.ts';

/**
 * topk and bottomk of few: one series after the other, of which only the values are kept that rank first so far. Of equal values the first
 * labels win, so that the answer does not depend on the order of series, nor on what was picked from some of them before.
 */
export class RunningPick {
  readonly #expr: Aggregation;
  readonly #limits: Float64Array;
  readonly #notes: Notes;
  readonly #most: number;
  readonly #groups = new Map<string, Ranking>();

  private constructor(expr: Aggregation, limits: Float64Array, most: number, notes: Notes) {
    this.#expr = expr;
    this.#limits = limits;
    this.#most = most;
    this.#notes = notes;
  }

  /** `limits`: by step. Null where so many are kept that all are better sorted at once. */
  static of(expr: Aggregation, limits: Float64Array, notes: Notes): RunningPick | null {
    const most = limits.reduce(greater, 0);
    return most > FEW ? null : new RunningPick(expr, limits, most, notes);
  }

  /** `values` and `present` are not needed any more afterwards. */
  add(series: Series): void {
    if (series.histograms !== undefined && series.present.includes(HISTOGRAM)) ignoreHistograms(this.#expr, this.#notes);
    const { grouping } = this.#expr;
    const { key } = reducerOf(grouping, grouping.labels, !grouping.without).reduce(series.labels);
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = new Ranking(this.#limits, this.#most, this.#expr.operator === 'topk');
      this.#groups.set(key, group);
    }
    group.add(series);
  }

  /** An instant query's result comes in rank order; all others in that of labels. */
  finish(): Series[] {
    return [...this.#groups.values()].flatMap((group) => {
      const picked = group.picked();
      return this.#limits.length > 1 ? picked.sort((a, b) => compareLabels(a.labels, b.labels)) : picked;
    });
  }
}

export function ranks({ operator }: Aggregation): boolean {
  return operator === 'topk' || operator === 'bottomk';
}

/** So many are kept in order while all are gone through. */
const FEW = 100;

/** Of one group, by step: who ranks first. */
class Ranking {
  readonly #limits: Float64Array;
  readonly #most: number;
  readonly #falling: boolean;
  /** Those that were kept at some step. */
  readonly #members: Pick<Series, 'labels' | 'dropsName'>[] = [];
  readonly #counts: Uint32Array;
  /** Kept at each step; room grows with what comes. */
  #room = 1;
  #kept: Uint32Array;
  #values: Float64Array;

  constructor(limits: Float64Array, most: number, falling: boolean) {
    this.#limits = limits;
    this.#most = most;
    this.#falling = falling;
    this.#counts = new Uint32Array(limits.length);
    this.#kept = new Uint32Array(limits.length);
    this.#values = new Float64Array(limits.length);
  }

  add({ labels, present, values, dropsName }: Series): void {
    const limits = this.#limits;
    const falling = this.#falling;
    const number = this.#members.length;
    let isKept = false;
    /** The one it was compared with last, and whether it comes first: mostly the same at all steps. */
    let rival = -1;
    let isFirst = false;
    const comesBefore = (value: number, at: number): boolean => {
      const rank = byRank(value, this.#values[at], falling);
      if (rank !== 0) return rank < 0;
      if (rival !== this.#kept[at]) {
        rival = this.#kept[at];
        isFirst = compareLabels(labels, this.#members[rival].labels) < 0;
      }
      return isFirst;
    };
    for (let step = 0; step < limits.length; step++) {
      if (present[step] !== NUMBER || limits[step] < 1) continue;
      const value = values[step];
      const count = this.#counts[step];
      if (count === limits[step]) {
        // Fast path: most are not among them.
        if (!comesBefore(value, step * this.#room + count - 1)) continue;
      } else {
        if (count === this.#room) this.#grow();
        this.#counts[step]++;
      }
      const from = step * this.#room;
      let at = from + this.#counts[step] - 1;
      for (; at > from && comesBefore(value, at - 1); at--) {
        this.#kept[at] = this.#kept[at - 1];
        this.#values[at] = this.#values[at - 1];
      }
      this.#kept[at] = number;
      this.#values[at] = value;
      isKept = true;
    }
    if (isKept) this.#members.push({ labels, dropsName });
  }

  /** In the order in which they are found, step by step, those that rank first before others. */
  picked(): Series[] {
    const picked = new Map<number, OpenSeries>();
    for (let step = 0; step < this.#counts.length; step++) {
      const from = step * this.#room;
      for (let at = from; at < from + this.#counts[step]; at++) {
        const member = this.#kept[at];
        let series = picked.get(member);
        if (series === undefined) {
          series = emptySeries(this.#members[member].labels, this.#counts.length, this.#members[member]);
          picked.set(member, series);
        }
        series.values[step] = this.#values[at];
        series.present[step] = NUMBER;
      }
    }
    return [...picked.values()];
  }

  #grow(): void {
    const room = Math.min(2 * this.#room, this.#most);
    const kept = new Uint32Array(this.#counts.length * room);
    const values = new Float64Array(this.#counts.length * room);
    for (let step = 0; step < this.#counts.length; step++) {
      const from = step * this.#room;
      kept.set(this.#kept.subarray(from, from + this.#room), step * room);
      values.set(this.#values.subarray(from, from + this.#room), step * room);
    }
    this.#room = room;
    this.#kept = kept;
    this.#values = values;
  }
}

/** NaN comes last either way. */
export function byRank(a: number, b: number, falling: boolean): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  if (a === b) return 0;
  return a < b === falling ? 1 : -1;
}
