import { assert } from '@tidemark/base';
import { compareLabels, Labels } from '@tidemark/tsdb/model';
import type { Binary, VectorMatching } from '../syntax/ast.ts';
import { quote } from '../syntax/strings.ts';
import { isArithmetic, isComparison } from '../syntax/token.ts';
import { operate } from './arithmetic.ts';
import { emptySeries, isEmpty, type OpenSeries, putSample, type Series, sampleAt, withoutName } from './columns.ts';
import type { QueryContext } from './context.ts';
import { type LabelReducer, reducerOf } from './label-reducer.ts';
import { QueryError } from './query-error.ts';
import { Slices } from './slices.ts';

/**
 * Arithmetic and comparison between vectors. Series meet by the labels that match; on the "one" side a match group
 * must not have two values at the same step, and no two results may have the same labels at the same step.
 */
export async function matchVectors(
  expr: Binary,
  left: readonly Series[],
  right: readonly Series[],
  count: number,
  context: QueryContext,
): Promise<Series[]> {
  const { matching } = expr;
  assert(matching !== null, 'an operator between vectors always has its matching');
  const swapped = matching.cardinality === 'one-to-many';
  const match = new Match(expr, matching, swapped, count, context);
  const fills = matching.fillLeft !== null || matching.fillRight !== null;
  // Where nothing can match, nothing can be wrong either: such steps are left out.
  const active = fills ? anywhere(left, count, anywhere(right, count)) : both(anywhere(left, count), anywhere(right, count));
  return match.run(swapped ? right : left, swapped ? left : right, active);
}

interface Group {
  readonly many: Series[];
  readonly one: Series[];
  readonly labels: Labels;
}

class Match {
  readonly #expr: Binary;
  readonly #matching: VectorMatching;
  readonly #swapped: boolean;
  readonly #count: number;
  readonly #context: QueryContext;
  readonly #reducer: LabelReducer;
  readonly #results = new Map<string, OpenSeries>();
  /** Result labels that a step already has, where they would not be kept otherwise: a filtered result counts as one. */
  readonly #taken = new Map<string, Uint8Array>();

  constructor(expr: Binary, matching: VectorMatching, swapped: boolean, count: number, context: QueryContext) {
    this.#context = context;
    this.#expr = expr;
    this.#matching = matching;
    this.#swapped = swapped;
    this.#count = count;
    this.#reducer = reducerOf(matching, matching.labels, matching.on);
  }

  async run(many: readonly Series[], one: readonly Series[], active: Uint8Array): Promise<Series[]> {
    const slices = new Slices(this.#context.budget);
    const groups = await this.#group(many, one, slices);
    for (const group of groups) {
      await slices.spend(this.#count);
      this.#checkOne(group, active);
    }
    for (const group of groups) await this.#combine(group, slices);
    return [...this.#results.values()].filter((series) => !isEmpty(series));
  }

  async #group(many: readonly Series[], one: readonly Series[], slices: Slices): Promise<Group[]> {
    const groups = new Map<string, Group>();
    const place = (series: Series, side: 'many' | 'one') => {
      const labels = this.#reducer.reduce(series.labels);
      let group = groups.get(labels.key);
      if (group === undefined) {
        group = { many: [], one: [], labels };
        groups.set(labels.key, group);
      }
      group[side].push(series);
    };
    for (const [side, all] of [
      ['one', one],
      ['many', many],
    ] as const) {
      for (const series of all) {
        await slices.spend(0);
        place(series, side);
      }
    }
    return [...groups.values()];
  }

  #checkOne(group: Group, active: Uint8Array): void {
    if (group.one.length < 2) return;
    for (let i = 0; i < this.#count; i++) {
      if (active[i] === 0) continue;
      const twins = group.one.filter((series) => series.present[i] !== 0);
      if (twins.length < 2) continue;
      const pair = twins.map((series) => series.labels).sort(compareLabels);
      throw new QueryError(
        'execution',
        `found duplicate series for the match group ${braces(group.labels)} on the ${this.#swapped ? 'left' : 'right'} hand-side of the operation: ` +
          `[${braces(pair[0])}, ${braces(pair[1])}];many-to-many matching not allowed: matching labels must be unique on one side`,
        this.#expr.span,
      );
    }
  }

  async #combine(group: Group, slices: Slices): Promise<void> {
    // With group_right too `fill_left` stands for the "many" side, as Prometheus has it.
    const { fillLeft: fillMany, fillRight: fillOne } = this.#matching;
    for (const many of group.many) {
      await slices.spend(this.#count * (group.one.length + 1));
      for (const one of group.one) this.#pair(many, one, many.labels, one.labels, group.labels);
      if (fillOne !== null) this.#pair(many, filled(group.one, fillOne, this.#count), many.labels, group.labels, group.labels);
    }
    if (fillMany === null) return;
    const many = filled(group.many, fillMany, this.#count);
    for (const one of group.one) {
      await slices.spend(this.#count);
      this.#pair(many, one, group.labels, one.labels, group.labels);
    }
  }

  #pair(many: Series, one: Series, manyLabels: Labels, oneLabels: Labels, group: Labels): void {
    const { operator, returnBool } = this.#expr;
    const filters = isComparison(operator) && !returnBool;
    const labels = this.#resultLabels(manyLabels, oneLabels);
    const oneToOne = this.#matching.cardinality === 'one-to-one';
    const taken = this.#takenAt(oneToOne ? group.key : `${group.key}|${labels.key}`);
    const dropsName = returnBool ? this.#context.features.delayedNameRemoval : !isArithmetic(operator) && many.dropsName;
    const result = this.#resultOf(labels, { dropsName });
    const [left, right] = this.#swapped ? [one, many] : [many, one];
    const { notes } = this.#context;
    for (let i = 0; i < this.#count; i++) {
      if (many.present[i] === 0 || one.present[i] === 0) continue;
      if (taken[i] !== 0) {
        throw new QueryError(
          'execution',
          oneToOne
            ? 'multiple matches for labels: many-to-one matching must be explicit (use group_left/group_right)'
            : 'multiple matches for labels: grouping labels must ensure unique matches',
          this.#expr.span,
        );
      }
      taken[i] = 1;
      const sample = sampleAt(left, i);
      const answer = operate(this.#expr, sample, sampleAt(right, i), notes);
      if (answer === undefined || (filters && answer === 0)) continue;
      if (result.present[i] !== 0)
        throw new QueryError('execution', 'vector cannot contain metrics with the same labelset', this.#expr.span);
      putSample(result, i, filters ? sample : answer);
    }
  }

  #resultLabels(many: Labels, one: Labels): Labels {
    const { cardinality, on, labels, include } = this.#matching;
    let result = many;
    const { operator, returnBool } = this.#expr;
    if (isArithmetic(operator) || (returnBool && !this.#context.features.delayedNameRemoval)) result = withoutName(result);
    if (cardinality === 'one-to-one') result = on ? result.filter((name) => labels.includes(name)) : result.without(...labels);
    for (const name of include) result = result.with(name, one.get(name));
    return result;
  }

  #resultOf(labels: Labels, origin: Pick<Series, 'dropsName'>): OpenSeries {
    let result = this.#results.get(labels.key);
    if (result === undefined) {
      result = emptySeries(labels, this.#count, origin);
      this.#results.set(labels.key, result);
    }
    return result;
  }

  #takenAt(key: string): Uint8Array {
    let taken = this.#taken.get(key);
    if (taken === undefined) {
      taken = new Uint8Array(this.#count);
      this.#taken.set(key, taken);
    }
    return taken;
  }
}

/** Stands in for a side at the steps where none of its series has a value. */
function filled(series: readonly Series[], value: number, count: number): Series {
  const there = anywhere(series, count);
  return { labels: Labels.EMPTY, values: new Float64Array(count).fill(value), present: there.map((is) => 1 - is) };
}

function anywhere(series: readonly Series[], count: number, steps: Uint8Array = new Uint8Array(count)): Uint8Array {
  for (const one of series) for (let i = 0; i < count; i++) if (one.present[i] !== 0) steps[i] = 1;
  return steps;
}

function both(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((step, i) => step & b[i]);
}

/** All labels within braces, the name among them: how errors show a series. */
function braces(labels: Labels): string {
  return `{${[...labels].map(([name, value]) => `${name}=${quote(value)}`).join(', ')}}`;
}
