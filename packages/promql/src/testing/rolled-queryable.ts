import { assert } from '@tidemark/base';
import type { Queryable, QueryBudget, RolledRequest, SelectedSeries, SelectRequest, Tiers } from '@tidemark/tsdb';
import { isStaleAt, type SampleColumns, type TimeRange } from '@tidemark/tsdb/model';
import { kindOf, type RolledColumns, rollSamples } from '@tidemark/tsdb/rollup';
import type { MemoryQueryable } from './memory-queryable.ts';
import { openEnded } from './open-ended.ts';

const ALL: TimeRange = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

/** A table of which raw samples are kept for some times, and windows for others, as upkeep and retention would have left it. */
export function rolledQueryable(table: MemoryQueryable, stored: readonly Tiers[]): Queryable {
  const kept = openEnded(stored);
  const rolled = new Map<string, RolledColumns>();
  const windowsOf = ({ labels, samples }: SelectedSeries, widthMs: number): RolledColumns => {
    const key = `${widthMs} ${labels.key}`;
    const known = rolled.get(key) ?? rollSamples(samples, widthMs, kindOf(labels.name, numbersOf(samples)));
    rolled.set(key, known);
    return known;
  };
  const rangesOf = (widthMs: number) => kept.find((tier) => tier.widthMs === widthMs)?.ranges ?? [];
  const isKept = (timeMs: number) => rangesOf(0).some(({ fromMs, toMs }) => fromMs < timeMs && timeMs <= toMs);
  return {
    async select(request: SelectRequest, budget: QueryBudget) {
      const selected = await table.select({ ...request, newestOnly: false }, budget);
      return selected.flatMap((series) => {
        const { times, values } = series.samples;
        const at = Array.from(times.keys())
          .filter((i) => isKept(times[i]))
          .slice(request.newestOnly ? -1 : 0);
        if (at.length === 0) return [];
        return [{ ...series, samples: { times: columnAt(times, at), values: columnAt(values, at) } }];
      });
    },
    tiers: () => kept,
    async visitRolled({ tenant, matchers, range, widthMs }: RolledRequest, budget, visit) {
      const isComplete = rangesOf(widthMs).some(({ fromMs, toMs }) => fromMs <= range.fromMs && range.toMs <= toMs);
      assert(isComplete, 'windows are asked for where they are complete');
      for (const series of await table.select({ tenant, matchers, range: ALL }, budget)) {
        const windows = within(windowsOf(series, widthMs), range);
        if (windows.length + windows.staleEndMs.length > 0) visit(series.labels, windows);
      }
    },
    series: (...args) => table.series(...args),
    labelNames: (...args) => table.labelNames(...args),
    labelValues: (...args) => table.labelValues(...args),
    metadata: () => table.metadata(),
  };
}

function numbersOf({ values }: SampleColumns): Float64Array {
  return values.filter((_, i) => !isStaleAt(values, i));
}

function columnAt(column: Float64Array, positions: readonly number[]): Float64Array {
  return Float64Array.from(positions, (i) => column[i]);
}

function within(windows: RolledColumns, { fromMs, toMs }: TimeRange): RolledColumns {
  const isIn = (endMs: number) => fromMs < endMs && endMs <= toMs;
  const from = windows.endMs.findIndex(isIn);
  const to = from < 0 ? from : windows.endMs.findLastIndex(isIn) + 1;
  const cut = Object.entries(windows).map(([name, column]) => {
    if (name === 'staleEndMs') return [name, windows.staleEndMs.filter(isIn)];
    if (ArrayBuffer.isView(column)) return [name, (column as Float64Array).slice(Math.max(0, from), Math.max(0, to))];
    return [name, Array.isArray(column) ? column.slice(Math.max(0, from), Math.max(0, to)) : column];
  });
  return { ...(Object.fromEntries(cut) as RolledColumns), length: Math.max(0, to - from) };
}
