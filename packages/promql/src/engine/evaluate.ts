import { assert } from '@tidemark/base';
import { describeMissing, joinMissing, type Queryable, type QueryBudget, type Reduction } from '@tidemark/tsdb';
import { scaleHistogram } from '@tidemark/tsdb/model';
import type { Trace } from '../explain/trace.ts';
import { type Aggregation, type Expr, type MatrixSelector, type Subquery, unwrap } from '../syntax/ast.ts';
import { typeOf } from '../syntax/check.ts';
import { isTrim } from '../syntax/token.ts';
import { foldMembers } from './aggregate.ts';
import { binaryColumns } from './binary.ts';
import {
  type Columns,
  chargeColumns,
  emptySeries,
  lastStep,
  NOTHING,
  putSample,
  type Series,
  type SeriesSink,
  type Steps,
  sampleAt,
  settleNames,
  withoutNames,
} from './columns.ts';
import { nothingLacks, type QueryContext, type QueryFeatures } from './context.ts';
import { countSeries } from './count-series.ts';
import { smoothVector } from './extended/smooth-vector.ts';
import { callFunction, STREAMED } from './functions/index.ts';
import { askLeaf } from './leaf/ask-leaf.ts';
import type { LeafSource } from './leaf/leaf.ts';
import { canGoOn } from './leaf/shape.ts';
import { LOOKBACK_MS } from './limits.ts';
import { Notes } from './notes.ts';
import { checkedLimits, countValues, pick } from './pick.ts';
import { QueryError } from './query-error.ts';
import { instantResult, Points, rangeResult, windowResult } from './results.ts';
import { RunningFold } from './running-fold.ts';
import { RunningPick, ranks } from './running-pick.ts';
import { selectMatrix, selectVector, stretchOf } from './select.ts';
import { mapInSlices } from './slices.ts';
import { answerInTiers } from './tiers/answer-in-tiers.ts';
import type { Wish } from './tiers/choose-tier.ts';
import { RAW } from './tiers/holdings.ts';
import { joinColumns, noColumns, noValue } from './tiers/join-columns.ts';
import { stretchesOf } from './tiers/stretches.ts';
import { innerSteps, rangeOf, viewOf } from './times.ts';
import type { QueryOutcome, QueryValue } from './value.ts';
import type { Matrix } from './windows.ts';

/**
 * Evaluates a parsed expression, column by column: each node gives its values at all steps at once, and an instant
 * query is a range query of one step. Throws `QueryError`, and lets the budget's `QueryEndedError` pass.
 */
export interface QueryRequest {
  readonly expr: Expr;
  /** The expression as written: only for line and column in annotations. */
  readonly text?: string;
  readonly tenant: string;
  readonly queryable: Queryable;
  readonly budget: QueryBudget;
  readonly lookbackMs?: number;
  /** Answers leaves where their series live; without it they are evaluated here, over what `queryable` selects. */
  readonly leaves?: LeafSource;
  readonly features?: QueryFeatures;
  /** Hears what each node costs. */
  readonly trace?: Trace;
  /** Which resolution answers: the best by itself, or this width of windows (0: raw samples) and no other. */
  readonly resolution?: Wish;
}

export interface InstantRequest extends QueryRequest {
  readonly atMs: number;
}

export interface RangeRequest extends QueryRequest {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

export async function evaluateInstant(request: InstantRequest): Promise<QueryOutcome> {
  const { expr, atMs } = request;
  const steps = stepsOf(request);
  const context = contextOf(request, atMs, atMs, 0);
  const question = { expr, steps, context, wish: request.resolution ?? 'auto' };
  const [part] = await answerInTiers(
    question,
    (own, inTier) => instantValue(expr, own, inTier),
    () => noValue(expr, atMs),
  );
  return { value: part.value, ...remarks(context, request), stretches: stretchesOf(steps, [part]) };
}

export async function evaluateRange(request: RangeRequest): Promise<QueryOutcome> {
  const { expr, startMs, endMs, stepMs } = request;
  if (!(stepMs > 0))
    throw new QueryError('bad_data', 'zero or negative query resolution step widths are not accepted. Try a positive integer');
  if (endMs < startMs) throw new QueryError('bad_data', 'end timestamp must not be before start time');
  const type = typeOf(expr);
  if (type !== 'scalar' && type !== 'vector') {
    const name = type === 'matrix' ? 'range vector' : type;
    throw new QueryError('bad_data', `invalid expression type "${name}" for range query, must be Scalar or instant Vector`, expr.span);
  }
  const steps = stepsOf(request);
  const context = contextOf(request, startMs, endMs, stepMs);
  chargeColumns(context.budget, 1, steps);
  const parts = await answerInTiers(
    { expr, steps, context, wish: request.resolution ?? 'auto' },
    (own, inTier) => evaluate(expr, own, inTier).then((columns) => settled(columns, inTier)),
    (own) => noColumns(type, own),
  );
  const columns = joinColumns(
    parts.map(({ choice, value }) => ({ from: choice.from, columns: value })),
    steps.count,
  );
  const stretches = stretchesOf(steps, parts);
  return { value: await rangeResult(columns, steps, request.budget), ...remarks(context, request), stretches };
}

export function stepsOf(request: InstantRequest | RangeRequest): Steps {
  if ('atMs' in request) return { startMs: request.atMs, stepMs: 1, count: 1 };
  const { startMs, endMs, stepMs } = request;
  return { startMs, stepMs, count: Math.floor((endMs - startMs) / stepMs) + 1 };
}

export function contextOf(request: QueryRequest, startMs: number, endMs: number, stepMs: number): QueryContext {
  const { tenant, queryable, budget, lookbackMs = LOOKBACK_MS, features = {}, trace } = request;
  // A leaf's series come without what goes at the end.
  const leaves = features.delayedNameRemoval ? null : (request.leaves ?? null);
  const told = { notes: new Notes(), lacking: nothingLacks() };
  const inTier = { widthMs: RAW, rawFills: 'none' } as const;
  return { tenant, queryable, leaves, budget, lookbackMs, ...inTier, features, trace, ...told, startMs, endMs, stepMs };
}

function remarks({ notes, budget }: QueryContext, { text }: QueryRequest): Pick<QueryOutcome, 'annotations' | 'missing'> {
  const { warnings, infos } = notes.annotations(text);
  const missing = joinMissing(budget.missing);
  return { annotations: { warnings: [...warnings, ...describeMissing(missing)], infos }, missing };
}

async function instantValue(expr: Expr, steps: Steps, context: QueryContext): Promise<QueryValue> {
  const root = unwrap(expr);
  if (root.kind === 'matrix' || root.kind === 'subquery')
    return await windowResult(await evaluateMatrix(root, steps, context), context.budget);
  return instantResult(await settled(await evaluate(root, steps, context), context), steps.startMs);
}

async function settled(columns: Columns, { budget }: QueryContext): Promise<Columns> {
  return columns.kind === 'vector' ? { kind: 'vector', series: await settleNames(columns.series, budget) } : columns;
}

/** One node at all steps. */
export function evaluate(expr: Expr, steps: Steps, context: QueryContext): Promise<Columns> {
  const { trace } = context;
  if (trace === undefined) return evaluateNode(expr, steps, context);
  const node = unwrap(expr);
  return trace.node(node, context, (own) => evaluateNode(node, steps, own), givenBy);
}

function givenBy(columns: Columns): number {
  return columns.kind === 'vector' ? columns.series.length : 1;
}

async function evaluateNode(expr: Expr, steps: Steps, context: QueryContext): Promise<Columns> {
  const answered = await askLeaf(expr, steps, context);
  if (answered !== null) {
    const leaf = unwrap(expr);
    return { kind: 'vector', series: leaf.kind === 'aggregation' ? await aggregateParts(leaf, answered, steps, context) : answered };
  }
  switch (expr.kind) {
    case 'number':
      // A thousand of them may be added up, of eleven thousand steps each.
      if (steps.count > 1) await context.budget.breathe();
      return { kind: 'scalar', values: new Float64Array(steps.count).fill(expr.value) };
    case 'string':
      return { kind: 'string', value: expr.value };
    case 'paren':
      return evaluate(expr.body, steps, context);
    case 'vector':
      return { kind: 'vector', series: await (expr.extension === 'smoothed' ? smoothVector : selectVector)(expr, steps, context) };
    case 'unary': {
      const body = await evaluate(expr.body, steps, context);
      return expr.operator === '+' ? body : negate(body, context);
    }
    case 'binary': {
      const inner = isTrim(expr.operator) ? { ...context, tellsResets: false } : context;
      const [left, right] = await both(evaluate(expr.left, steps, inner), evaluate(expr.right, steps, inner));
      context.budget.check();
      return binaryColumns(expr, left, right, steps.count, context);
    }
    case 'aggregation':
      return { kind: 'vector', series: await aggregate(expr, steps, context) };
    case 'call':
      return callFunction(expr, steps, context, { evaluate, evaluateMatrix });
    case 'matrix':
    case 'subquery':
      throw new QueryError('bad_data', 'a range vector cannot be evaluated by itself', expr.span);
  }
}

/** At the same time, so that the leaves of both are asked for together. When both fail, the first one's failure counts. */
async function both<T>(first: Promise<T>, second: Promise<T>): Promise<[T, T]> {
  const [one, other] = await Promise.allSettled([first, second]);
  if (one.status === 'rejected') throw one.reason;
  if (other.status === 'rejected') throw other.reason;
  return [one.value, other.value];
}

async function negate(body: Columns, context: QueryContext): Promise<Columns> {
  assert(body.kind !== 'string', 'the type checker let text be negated');
  if (body.kind === 'scalar') return { kind: 'scalar', values: body.values.map((value) => -value) };
  return {
    kind: 'vector',
    series: await withoutNames(await mapInSlices(body.series, body.series[0]?.present.length ?? 0, context.budget, negated), context),
  };
}

function negated(series: Series): Series {
  const result = emptySeries(series.labels, series.present.length);
  for (let i = 0; i < series.present.length; i++) {
    if (series.present[i] === NOTHING) continue;
    const sample = sampleAt(series, i);
    putSample(result, i, typeof sample === 'number' ? -sample : scaleHistogram(sample, -1));
  }
  return result;
}

async function aggregate(expr: Aggregation, steps: Steps, context: QueryContext): Promise<Series[]> {
  const counted = await countSeries(expr, steps, context);
  if (counted !== null) return counted;
  const parameter = expr.parameter === null ? null : await evaluate(expr.parameter, steps, context);
  const running = runningOf(expr, parameter, steps.count, context);
  if (running !== null) {
    try {
      await eachSeries(expr.body, steps, context, (series) => running.add(series));
      return await running.finish(context.budget, context.notes);
    } finally {
      if (running instanceof RunningFold) running.release();
    }
  }
  const body = await evaluate(expr.body, steps, context);
  assert(body.kind === 'vector', 'the type checker let something else be aggregated');
  context.budget.check();
  return aggregateAll(expr, parameter, body.series, steps.count, context);
}

async function aggregateAll(
  expr: Aggregation,
  parameter: Columns | null,
  series: readonly Series[],
  count: number,
  context: QueryContext,
): Promise<Series[]> {
  if (parameter?.kind === 'string') return countValues(expr, series, count, parameter.value, context.budget);
  const numbers = parameter?.kind === 'scalar' ? parameter.values : null;
  switch (expr.operator) {
    case 'topk':
    case 'bottomk':
    case 'limitk':
    case 'limit_ratio':
      assert(numbers !== null, `${expr.operator} has a parameter`);
      return pick(expr, series, count, checkedLimits(expr, numbers, context.notes), context);
    case 'quantile':
      assert(numbers !== null && expr.parameter !== null, 'quantile has a parameter');
      context.notes.quantiles(numbers, expr.parameter.span);
  }
  return foldMembers(expr, series, count, numbers, context);
}

/** An aggregation that needs no series after it has seen it; null for others. */
function runningOf(expr: Aggregation, parameter: Columns | null, count: number, { notes }: QueryContext): RunningFold | RunningPick | null {
  if (parameter === null) return RunningFold.of(expr, count);
  return parameter.kind === 'scalar' && ranks(expr) ? RunningPick.of(expr, checkedLimits(expr, parameter.values, notes), notes) : null;
}

/** The same aggregation of what it gave for some of the series each: sums are told as what they add up to. See leaf/shape.ts. */
async function aggregateParts(expr: Aggregation, parts: readonly Series[], steps: Steps, context: QueryContext): Promise<Series[]> {
  const parameter = expr.parameter === null ? null : await evaluate(expr.parameter, steps, context);
  const running = parameter === null ? RunningFold.ofParts(expr, steps.count) : runningOf(expr, parameter, steps.count, context);
  if (running === null) return aggregateAll(expr, parameter, parts, steps.count, context);
  try {
    for (const part of parts) running.add(part);
    return await running.finish(context.budget, context.notes);
  } finally {
    if (running instanceof RunningFold) running.release();
  }
}

/** The part of an aggregation that the series here have, for `aggregateParts`. */
export async function aggregatePart(expr: Aggregation, steps: Steps, context: QueryContext): Promise<readonly Series[]> {
  if (expr.operator !== 'sum') return aggregate(expr, steps, context);
  const fold = RunningFold.of(expr, steps.count) as RunningFold;
  try {
    await eachSeries(expr.body, steps, context, (series) => fold.add(series));
    return fold.addends();
  } finally {
    fold.release();
  }
}

/** Of a vector. Where no two series may turn out to be one, none is kept until all are there. */
async function eachSeries(expr: Expr, steps: Steps, context: QueryContext, sink: SeriesSink): Promise<void> {
  const body = unwrap(expr);
  const streams = context.leaves === null && !context.features.delayedNameRemoval && body.kind === 'call' && STREAMED.has(body.name);
  const columns =
    streams && canGoOn(body)
      ? await callFunction(body, steps, context, { evaluate, evaluateMatrix }, context.trace?.counted(body, context.widthMs, sink) ?? sink)
      : await evaluate(body, steps, context);
  assert(columns.kind === 'vector', 'the type checker let something else be aggregated');
  for (const series of columns.series) {
    await context.budget.breathe();
    sink(series);
  }
}

/** The range of a range vector. */
function positiveMs(expr: MatrixSelector | Subquery, context: QueryContext): number {
  const ms = rangeOf(expr, context);
  if (!(ms > 0)) throw new QueryError('execution', 'duration must be greater than 0', expr.span);
  return ms;
}

/** A range vector at all steps, its samples loaded or computed once, when it is gone through. */
export async function evaluateMatrix(
  expr: MatrixSelector | Subquery,
  steps: Steps,
  context: QueryContext,
  reduction?: Reduction,
): Promise<Matrix> {
  const rangeMs = positiveMs(expr, context);
  const { trace, widthMs } = context;
  const own = trace === undefined ? context : { ...context, budget: context.budget.part() };
  const matrix = await (expr.kind === 'matrix'
    ? selectMatrix(expr, rangeMs, steps, own, reduction)
    : runSubquery(expr, rangeMs, steps, own));
  return trace === undefined ? matrix : { ...matrix, each: (visit) => trace.each(expr, widthMs, own.budget, matrix.each, visit) };
}

async function runSubquery(expr: Subquery, rangeMs: number, steps: Steps, context: QueryContext): Promise<Matrix> {
  const { budget } = context;
  const inner = innerSteps(expr, rangeMs, steps, context);
  if (!(inner.stepMs > 0)) throw new QueryError('execution', 'duration must be greater than 0', expr.span);
  const view = viewOf(expr, steps, context);
  if (inner.count <= 0) return { view, rangeMs, extension: null, each: async () => {} };
  chargeColumns(budget, 1, inner);
  const body = await evaluate(expr.body, inner, { ...context, tellsResets: false });
  assert(body.kind === 'vector', 'the type checker let something else into a subquery');
  assert(lastStep(inner) <= view.lastMs, 'a subquery looks no further than its outer query');
  const points = new Points(inner);
  return {
    view,
    rangeMs,
    extension: null,
    async each(visit) {
      for (const series of body.series) {
        if (body.series.length > 1) await budget.breathe();
        const { labels, times, values, histograms: seen } = points.of(series);
        // The same sample may come more than once: a reset is found by the counts.
        const histograms = seen?.map((one) => one && (one.hint === 'gauge' ? one : { ...one, hint: 'unknown' as const }));
        budget.chargeSamples(times.length);
        visit({ ...stretchOf({ labels, samples: { times, values }, histograms }), dropsName: series.dropsName });
      }
    },
  };
}
