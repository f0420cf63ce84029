import { assert } from '@tidemark/base';
import type { QueryBudget } from '@tidemark/tsdb';
import type { Labels } from '@tidemark/tsdb/model';
import type { Aggregation } from '../syntax/ast.ts';
import type { Aggregator } from '../syntax/token.ts';
import { emptySeries, HISTOGRAM, NOTHING, NUMBER, putSample, type Series } from './columns.ts';
import { ExactSums } from './exact-sums.ts';
import { greater, lesser } from './extremes.ts';
import { foldHistograms } from './histogram/fold.ts';
import type { NativeHistogram } from './histogram/native-histogram.ts';
import { reducerOf } from './label-reducer.ts';
import { SLICE_SAMPLES } from './limits.ts';
import type { Notes } from './notes.ts';

/**
 * Aggregations that keep of each group what has come so far, not its series: one series after the other, whose columns are free again
 * afterwards. Their answers do not depend on the order of series, nor on which of them were put together before.
 */
export class RunningFold {
  readonly #expr: Aggregation;
  readonly #count: number;
  readonly #fold: (count: number) => Fold;
  readonly #groups = new Map<Labels, Group>();
  readonly #byKey = new Map<string, Group>();

  private constructor(expr: Aggregation, count: number, fold: (count: number) => Fold) {
    this.#expr = expr;
    this.#count = count;
    this.#fold = fold;
  }

  /** Over `count` steps. Null for what must have all series of a group at once. */
  static of(expr: Aggregation, count: number): RunningFold | null {
    const fold = FOLDS[expr.operator];
    return fold === undefined ? null : new RunningFold(expr, count, fold);
  }

  /** Of what `parts` gave in several places. */
  static ofParts(expr: Aggregation, count: number): RunningFold {
    const fold = FOLDS[expr.operator === 'count' ? 'sum' : expr.operator];
    assert(fold !== undefined && expr.operator !== 'avg', `${expr.operator} is not put together of parts`);
    return new RunningFold(expr, count, fold);
  }

  /** `values` are not needed any more afterwards; `present` stays as it is. */
  add(series: Series): void {
    const group = this.#groupOf(series.labels);
    if (series.dropsName) group.dropsName = true;
    if (series.histograms?.some((one) => one !== undefined)) group.withHistograms.push({ ...series, values: series.values.slice() });
    group.add(series);
  }

  /** A series of each group. */
  async finish(budget: QueryBudget, notes: Notes): Promise<Series[]> {
    const folded: Series[] = [];
    let sliced = 0;
    for (const group of this.#groupsSettled()) {
      folded.push(this.#finished(group, notes));
      sliced += this.#count;
      if (sliced < SLICE_SAMPLES) continue;
      sliced = 0;
      await budget.breathe();
    }
    return folded;
  }

  /** Of a sum what series are here, for `ofParts`: of each group columns that add up to it without rounding. */
  addends(): Series[] {
    assert(this.#expr.operator === 'sum', 'other parts are what they are');
    return this.#groupsSettled().flatMap(({ labels, present, fold, withHistograms }) => [
      ...fold.addends().map((values) => ({ labels, values, present })),
      ...withHistograms.map((series) => ({ ...series, present: series.present.map((kind) => (kind === HISTOGRAM ? kind : NOTHING)) })),
    ]);
  }

  /** Whatever became of it: its room is free again. */
  release(): void {
    for (const { fold } of this.#byKey.values()) fold.release?.();
  }

  #finished(group: Group, notes: Notes): Series {
    const { labels, present, counts, fold, withHistograms } = group;
    const result = emptySeries(labels, this.#count, group);
    for (let i = 0; i < present.length; i++) {
      if (present[i] === NUMBER) {
        result.values[i] = fold.at(i, counts[i]);
        result.present[i] = NUMBER;
      }
      if (withHistograms.length === 0) continue;
      const histograms = withHistograms.flatMap((one) => (one.present[i] === HISTOGRAM ? [one.histograms?.[i] as NativeHistogram] : []));
      if (histograms.length === 0) continue;
      result.present[i] = NOTHING;
      const answer = foldHistograms(this.#expr, histograms, counts[i], result.values[i], notes);
      if (answer !== undefined) putSample(result, i, answer);
    }
    return result;
  }

  #groupsSettled(): Group[] {
    const groups = [...this.#byKey.values()];
    for (const group of groups) group.settle();
    return groups;
  }

  #groupOf(labels: Labels): Group {
    const { grouping } = this.#expr;
    const reduced = reducerOf(grouping, grouping.labels, !grouping.without).reduce(labels);
    let group = this.#groups.get(reduced);
    if (group !== undefined) return group;
    group = this.#byKey.get(reduced.key);
    if (group === undefined) {
      group = new Group(reduced, this.#count, this.#fold(this.#count));
      this.#byKey.set(reduced.key, group);
    }
    this.#groups.set(reduced, group);
    return group;
  }
}

/** One number for each step out of those that came. */
interface Fold {
  /** Where `present` says NUMBER. */
  add(values: Float64Array, present: Uint8Array): void;
  /** Of a step to which `count` numbers came, at least one. */
  at(i: number, count: number): number;
  /** Of a sum: columns whose sum it is. */
  addends(): readonly Float64Array[];
  /** It is not needed any more. */
  release?(): void;
}

class Group {
  readonly labels: Labels;
  /** NUMBER where one came. */
  readonly present: Uint8Array;
  /** How many numbers came. */
  readonly counts: Uint32Array;
  readonly fold: Fold;
  readonly withHistograms: Series[] = [];
  dropsName = false;
  /** Where the last series had numbers, as many before it had, and how many these are: mostly all of them. */
  #pattern: Uint8Array | null = null;
  #repeated = 0;

  constructor(labels: Labels, count: number, fold: Fold) {
    this.labels = labels;
    this.present = new Uint8Array(count);
    this.counts = new Uint32Array(count);
    this.fold = fold;
  }

  add({ values, present }: Series): void {
    if (present !== this.#pattern) {
      this.settle();
      this.#pattern = present;
    }
    this.#repeated++;
    this.fold.add(values, present);
  }

  /** Brings `present` and `counts` up to date. */
  settle(): void {
    const { counts, present } = this;
    const pattern = this.#pattern;
    if (pattern === null) return;
    for (let i = 0; i < pattern.length; i++) {
      if (pattern[i] !== NUMBER) continue;
      counts[i] += this.#repeated;
      present[i] = NUMBER;
    }
    this.#pattern = null;
    this.#repeated = 0;
  }
}

const FOLDS: Partial<Record<Aggregator, (count: number) => Fold>> = {
  sum: (count) => sumFold(count, (sums, i) => sums.totalAt(i)),
  avg: (count) => sumFold(count, (sums, i, numbers) => sums.meanAt(i, numbers)),
  count: () => ({ add: () => {}, at: (_i, numbers) => numbers, addends: () => [] }),
  group: () => ({ add: () => {}, at: () => 1, addends: () => [] }),
  min: (count) => extremeFold(count, lesser),
  max: (count) => extremeFold(count, greater),
};

function sumFold(count: number, at: (sums: ExactSums, i: number, numbers: number) => number): Fold {
  const sums = new ExactSums(count, true);
  return {
    add: (values, present) => sums.add(values, present),
    at: (i, numbers) => at(sums, i, numbers),
    addends: () => sums.addends(),
    release: () => sums.release(),
  };
}

function extremeFold(count: number, choose: (a: number, b: number) => number): Fold {
  const best = new Float64Array(count).fill(Number.NaN);
  return {
    add(values, present) {
      for (let i = 0; i < present.length; i++) if (present[i] === NUMBER) best[i] = choose(best[i], values[i]);
    },
    at: (i) => best[i],
    addends: () => [],
  };
}
