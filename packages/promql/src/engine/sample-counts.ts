/**
 * How many samples a query looks at, step by step, as Prometheus' statistics have it: what its plain evaluation would look at, whatever was
 * spared here. They are counted by going through its selectors once more, for who asks.
 *
 *   looked   at each step what its windows and vectors hold; a sample in three windows counts three times
 *   read     at each step what no step before has looked at
 *
 * A subquery's points count as looked at where a function goes through them; what its own steps read counts at the first step that needs it.
 */
import { type NativeHistogram, spansOf } from '@tidemark/tsdb/model';
import type { Call, Expr, MatrixSelector, Subquery, VectorSelector } from '../syntax/ast.ts';
import { unwrap } from '../syntax/ast.ts';
import { HISTOGRAM, NOTHING, type Series, type Steps, stepTime } from './columns.ts';
import type { QueryContext } from './context.ts';
import { contextOf, evaluateMatrix, type InstantRequest, type RangeRequest, stepsOf } from './evaluate.ts';
import { type SampleStretch, selectVector } from './select.ts';
import { innerSteps, rangeOf, reachOf, viewOf } from './times.ts';

export interface SampleCounts {
  /** By step, as `steps` of the query. */
  readonly looked: Float64Array;
  readonly read: Float64Array;
  readonly startMs: number;
  readonly stepMs: number;
}

export async function countSamples(request: InstantRequest | RangeRequest): Promise<SampleCounts> {
  const steps = stepsOf(request);
  const endMs = 'atMs' in request ? request.atMs : request.endMs;
  const context = contextOf(
    { ...request, leaves: undefined, trace: undefined },
    steps.startMs,
    endMs,
    'atMs' in request ? 0 : steps.stepMs,
  );
  const counts = noCounts(steps);
  await count(request.expr, steps, context, counts);
  return { ...counts, startMs: steps.startMs, stepMs: steps.stepMs };
}

interface Counts {
  readonly looked: Float64Array;
  readonly read: Float64Array;
}

function noCounts(steps: Steps): Counts {
  const count = Math.max(0, steps.count);
  return { looked: new Float64Array(count), read: new Float64Array(count) };
}

async function count(expr: Expr, steps: Steps, context: QueryContext, counts: Counts): Promise<void> {
  const inner = unwrap(expr);
  switch (inner.kind) {
    case 'number':
    case 'string':
      return;
    case 'vector':
      return countVector(inner, steps, context, counts, sizeAt);
    case 'matrix':
      return countWindows(inner, steps, context, counts, true);
    case 'subquery':
      return countAlone(inner, steps, context, counts);
    case 'unary':
      return count(inner.body, steps, context, counts);
    case 'binary':
      await count(inner.left, steps, context, counts);
      return count(inner.right, steps, context, counts);
    case 'aggregation':
      if (inner.parameter !== null) await count(inner.parameter, steps, context, counts);
      return count(inner.body, steps, context, counts);
    case 'call':
      return countCall(inner, steps, context, counts);
  }
}

async function countCall({ name, args }: Call, steps: Steps, context: QueryContext, counts: Counts): Promise<void> {
  for (const [i, argument] of args.entries()) {
    const inner = unwrap(argument);
    const ofTimes = (name === 'timestamp' || name === 'start_timestamp') && inner.kind === 'vector';
    if (ofTimes) await countVector(inner, steps, context, counts, () => 1);
    else if (inner.kind === 'subquery') await countPoints(inner, steps, context, counts);
    // Which labels are wanted, and no vector.
    else if (!(name === 'info' && i === 1)) await count(inner, steps, context, counts);
  }
}

/** Pinned to one time, it is read at the first step and looked at again at every other. */
async function countVector(
  selector: VectorSelector,
  steps: Steps,
  context: QueryContext,
  { looked, read }: Counts,
  size: (series: Series, step: number) => number,
): Promise<void> {
  if (selector.extension === 'smoothed') return;
  for (const series of await selectVector(selector, steps, context)) {
    await context.budget.breathe();
    for (let i = 0; i < steps.count; i++) {
      if (series.present[i] === NOTHING) continue;
      const samples = size(series, i);
      looked[i] += samples;
      if (i === 0 || selector.at === null) read[i] += samples;
    }
  }
}

function sizeAt({ present, histograms }: Series, step: number): number {
  return present[step] === HISTOGRAM && histograms !== undefined ? sizeOf(histograms[step]) : 1;
}

/** In samples, as Prometheus takes the memory of a histogram. */
function sizeOf(histogram: NativeHistogram | undefined): number {
  if (histogram === undefined) return 1;
  const { positive, negative, bounds } = histogram;
  const eights = spansOf(positive).length + spansOf(negative).length + positive.size + negative.size + bounds.length;
  return Math.floor((HISTOGRAM_BYTES + 8 * eights + 8) / 16);
}

/** Of one without buckets. */
const HISTOGRAM_BYTES = 168;

/** `isRead`: the samples come from the store, and not from a subquery. */
async function countWindows(
  expr: MatrixSelector | Subquery,
  steps: Steps,
  context: QueryContext,
  { looked, read }: Counts,
  isRead: boolean,
): Promise<void> {
  const shift = expr.kind === 'matrix' ? expr.vector : expr;
  const view = viewOf(shift, steps, context);
  const rangeMs = rangeOf(expr, context);
  const { leadMs, tailMs } = expr.kind === 'matrix' ? reachOf(expr.vector, { ...context, tellsResets: false }) : { leadMs: 0, tailMs: 0 };
  const matrix = await evaluateMatrix(expr, steps, context);
  await matrix.each((stretch) => {
    for (const column of columnsOf(stretch)) {
      let from = 0;
      let to = 0;
      let fresh = 0;
      for (let i = 0; i < steps.count; i++) {
        const endMs = view.firstMs + i * view.stepMs + tailMs;
        while (to < column.times.length && column.times[to] <= endMs) to++;
        while (from < to && column.times[from] <= endMs - tailMs - rangeMs - leadMs) from++;
        looked[i] += column.upTo[to] - column.upTo[from];
        if (isRead) read[i] += Math.max(0, column.upTo[to] - column.upTo[Math.max(from, fresh)]);
        fresh = to;
      }
    }
  });
}

/** Times, and by position what all samples before it come to. */
function columnsOf({ times, histograms }: SampleStretch): { readonly times: Float64Array; readonly upTo: Float64Array }[] {
  const numbers = { times, upTo: Float64Array.from({ length: times.length + 1 }, (_, i) => i) };
  if (histograms === undefined) return [numbers];
  const upTo = new Float64Array(histograms.times.length + 1);
  for (const [i, histogram] of histograms.values.entries()) upTo[i + 1] = upTo[i] + sizeOf(histogram);
  return [numbers, { times: histograms.times, upTo }];
}

/** An argument of a function, whose windows hold the subquery's points. */
async function countPoints(expr: Subquery, steps: Steps, context: QueryContext, counts: Counts): Promise<void> {
  const rangeMs = rangeOf(expr, context);
  const inner = innerSteps(expr, rangeMs, steps, context);
  const own = noCounts(inner);
  if (inner.count > 0) await count(expr.body, inner, context, own);
  await countWindows(expr, steps, context, counts, false);
  const view = viewOf(expr, steps, context);
  for (let i = 0; i < own.read.length; i++) {
    const timeMs = stepTime(inner, i);
    let step = view.stepMs === 0 || timeMs <= view.firstMs ? 0 : Math.ceil((timeMs - view.firstMs) / view.stepMs);
    if (step >= steps.count) step = steps.count - 1;
    // Between the windows of two steps it is of use to neither.
    if (steps.count > 1 && view.stepMs > 0 && timeMs <= view.firstMs + step * view.stepMs - rangeMs) continue;
    counts.read[step] += own.read[i];
  }
}

/** A subquery that is the query itself. */
async function countAlone(expr: Subquery, steps: Steps, context: QueryContext, { looked, read }: Counts): Promise<void> {
  const inner = innerSteps(expr, rangeOf(expr, context), steps, context);
  const own = noCounts(inner);
  if (inner.count > 0) await count(expr.body, inner, context, own);
  looked[steps.count - 1] += own.looked.reduce((sum, each) => sum + each, 0);
  read[0] += own.read.reduce((sum, each) => sum + each, 0);
}
