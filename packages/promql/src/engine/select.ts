import { compareLabels, isStaleAt, type Labels } from '@tidemark/tsdb/model';
import { durationMs, type MatrixSelector, type TimeShift, type VectorSelector } from '../syntax/ast.ts';
import { lastStep, type Series, type Steps } from './columns.ts';
import type { QueryContext } from './context.ts';

/**
 * Selectors. Each loads its samples once for all steps; two pointers then slide along the steps.
 * Stretches are open on the left: a sample exactly one lookback or range old is no longer seen.
 */

/** Samples of one series, stale markers left out. */
export interface SampleStretch {
  readonly labels: Labels;
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** Where a selector looks at each step: its newest visible time. Pinned ones look at one time at all steps. */
export interface View {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly stepMs: number;
}

export function viewOf(shift: TimeShift, steps: Steps, context: QueryContext): View {
  const offsetMs = shift.offset === null ? 0 : durationMs(shift.offset, context.stepMs, context.endMs - context.startMs);
  if (shift.at === null) return { firstMs: steps.startMs - offsetMs, lastMs: lastStep(steps) - offsetMs, stepMs: steps.stepMs };
  const atMs = shift.at.kind === 'time' ? shift.at.atMs : shift.at.kind === 'start' ? context.startMs : context.endMs;
  return { firstMs: atMs - offsetMs, lastMs: atMs - offsetMs, stepMs: 0 };
}

/** At each step the newest sample within the lookback, or with `asTimes` that sample's time in seconds. */
export async function selectVector(selector: VectorSelector, steps: Steps, context: QueryContext, asTimes = false): Promise<Series[]> {
  const { queryable, budget, lookbackMs, tenant } = context;
  const view = viewOf(selector, steps, context);
  const range = { fromMs: view.firstMs - lookbackMs + 1, toMs: view.lastMs };
  const newestOnly = view.firstMs === view.lastMs;
  const selected = await queryable.select({ tenant, matchers: selector.matchers, range, newestOnly }, budget);
  const found: Series[] = [];
  for (const { labels, samples } of selected) {
    if (selected.length > 1) await budget.breathe();
    const series = slideInstant(labels, samples.times, samples.values, view, steps.count, lookbackMs, asTimes);
    if (series !== null) found.push(series);
  }
  return found.sort((a, b) => compareLabels(a.labels, b.labels));
}

function slideInstant(
  labels: Labels,
  times: Float64Array,
  samples: Float64Array,
  view: View,
  count: number,
  lookbackMs: number,
  asTimes: boolean,
): Series | null {
  const values = new Float64Array(count);
  const present = new Uint8Array(count);
  let next = 0;
  let found = false;
  for (let i = 0; i < count; i++) {
    const endMs = view.firstMs + i * view.stepMs;
    while (next < times.length && times[next] <= endMs) next++;
    const newest = next - 1;
    if (newest < 0 || times[newest] <= endMs - lookbackMs || isStaleAt(samples, newest)) continue;
    values[i] = asTimes ? times[newest] / 1000 : samples[newest];
    present[i] = 1;
    found = true;
  }
  return found ? { labels, values, present } : null;
}

export async function selectMatrix(
  selector: MatrixSelector,
  rangeMs: number,
  steps: Steps,
  context: QueryContext,
): Promise<{ view: View; stretches: SampleStretch[] }> {
  const { queryable, budget, tenant } = context;
  const view = viewOf(selector.vector, steps, context);
  const range = { fromMs: view.firstMs - rangeMs + 1, toMs: view.lastMs };
  const selected = await queryable.select({ tenant, matchers: selector.vector.matchers, range }, budget);
  const stretches = selected.map(({ labels, samples }) => withoutStale(labels, samples.times, samples.values));
  return { view, stretches: stretches.sort((a, b) => compareLabels(a.labels, b.labels)) };
}

function withoutStale(labels: Labels, times: Float64Array, values: Float64Array): SampleStretch {
  let stale = 0;
  for (let i = 0; i < values.length; i++) if (isStaleAt(values, i)) stale++;
  if (stale === 0) return { labels, times, values };
  const keptTimes = new Float64Array(times.length - stale);
  const keptValues = new Float64Array(times.length - stale);
  for (let i = 0, kept = 0; i < values.length; i++) {
    if (isStaleAt(values, i)) continue;
    keptTimes[kept] = times[i];
    keptValues[kept++] = values[i];
  }
  return { labels, times: keptTimes, values: keptValues };
}
