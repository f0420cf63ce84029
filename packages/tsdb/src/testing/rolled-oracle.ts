import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { Engine } from '../engine.ts';
import type { Labels } from '../model/labels.ts';
import { Matcher } from '../model/matcher.ts';
import { isStaleAt, type SampleColumns } from '../model/sample.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { QueryBudget } from '../query/budget.ts';
import { rollSamples } from '../rollup/aggregate.ts';
import { JoinedWindows, stretchIn } from '../rollup/join-windows.ts';
import { LEVELS } from '../rollup/levels.ts';
import { mergeWindows } from '../rollup/merge-windows.ts';
import { rollSeries } from '../rollup/roll-series.ts';
import type { RolledColumns } from '../rollup/rolled-columns.ts';
import { FINEST_MS } from '../rollup/tiers.ts';

export interface SeriesSamples {
  readonly labels: Labels;
  readonly samples: SampleColumns;
}

/** Compares what an engine has rolled up with what comes out of all samples anew. Resolves to how many windows these were, by their width. */
export async function compareRolled(
  engine: Engine,
  tenant: string,
  all: readonly SeriesSamples[],
  budget: QueryBudget,
): Promise<ReadonlyMap<number, number>> {
  const compared = new Map<number, number>();
  for (const { widthMs, ranges } of (await engine.tiers?.(tenant, { fromMs: 0, toMs: 1e15 })) ?? []) {
    if (widthMs === 0) continue;
    for (const range of ranges) {
      const found = new Map<string, object>();
      const request = { tenant, matchers: [new Matcher('__name__', '!=', '')], range, widthMs };
      await engine.visitRolled?.(request, budget, (labels, windows) => {
        if (windows.length > 0) found.set(String(labels), plainOf(windows));
      });
      const expected = new Map<string, object>();
      for (const { labels, samples } of all) {
        const windows = windowsOf(samples, widthMs, range, labels.name);
        if (windows.length === 0) continue;
        const whole = plainOf(windows);
        // Where a unit is not whole yet its windows may be from when it had no more than these: what kind of series it is showed in less.
        const before = plainOf(windowsOf(within(samples, { fromMs: 0, toMs: range.toMs }), widthMs, range, labels.name));
        expected.set(String(labels), isDeepStrictEqual(found.get(String(labels)), before) ? before : whole);
        compared.set(widthMs, (compared.get(widthMs) ?? 0) + windows.length);
      }
      const text = (rows: Map<string, object>) => Object.fromEntries([...rows].sort(([a], [b]) => (a < b ? -1 : 1)));
      expect(text(found), `windows of ${widthMs} ms that end in (${range.fromMs}, ${range.toMs}]`).toEqual(text(expected));
    }
  }
  return compared;
}

/** By units, as upkeep does it: what kind of series it is shows in each by itself. */
function windowsOf(samples: SampleColumns, widthMs: number, range: TimeRange, name: string): RolledColumns {
  const [first, second] = LEVELS;
  const made = unitsOf(samples, first.unitMs).map((unit) => {
    const own = within(samples, unit);
    const [minutes, fiveMinutes] = rollSeries(own, first.widthsMs, name);
    const slow = rollSamples(own, FINEST_MS, 'gauge');
    return { unit, windows: widthMs === FINEST_MS ? (minutes ?? slow) : (fiveMinutes as RolledColumns) };
  });
  if (first.widthsMs.includes(widthMs))
    return new JoinedWindows(
      widthMs,
      made.map(({ windows, unit }) => cut(windows, unit, range)),
    );
  const days = unitsOf(samples, second.unitMs).map((day) => {
    const fiveMinutes = new JoinedWindows(
      first.mainWidthMs,
      made.filter(({ unit }) => unit.toMs > day.fromMs && unit.toMs <= day.toMs).map(({ windows, unit }) => stretchIn(windows, unit)),
    );
    const hours = mergeWindows(fiveMinutes, second.mainWidthMs);
    return { unit: day, windows: widthMs === second.mainWidthMs ? hours : mergeWindows(hours, widthMs) };
  });
  return new JoinedWindows(
    widthMs,
    days.map(({ windows, unit }) => cut(windows, unit, range)),
  );
}

function cut(windows: RolledColumns, unit: TimeRange, range: TimeRange) {
  return stretchIn(windows, { fromMs: Math.max(unit.fromMs, range.fromMs), toMs: Math.min(unit.toMs, range.toMs) });
}

/** Those with samples: of one that has nothing but stale markers nothing is kept. */
function unitsOf({ times, values }: SampleColumns, unitMs: number): TimeRange[] {
  const numbers = times.filter((_, i) => !isStaleAt(values, i));
  const ends = new Set(Array.from(numbers, (time) => Math.ceil(time / unitMs) * unitMs));
  return [...ends].map((end) => ({ fromMs: end - unitMs, toMs: end }));
}

function within({ times, values, histograms }: SampleColumns, { fromMs, toMs }: TimeRange): SampleColumns {
  const from = times.findIndex((time) => time > fromMs);
  const to = times.findLastIndex((time) => time <= toMs) + 1;
  return { times: times.slice(from, to), values: values.slice(from, to), histograms };
}

/** Of minutes only what all series have: those of slow ones are made of raw samples when they are asked for. */
function plainOf(windows: RolledColumns): object {
  const { endMs, count, firstMs, lastMs, first, last, min, max, sum, sumIsExact, resets, changes, deviation, sketches, staleAtEnd } =
    windows;
  const { resetCorrection } = windows;
  // That there are none may be said of each window or of all.
  const histograms = windows.histograms?.some((each) => each !== null) ? windows.histograms : null;
  const plain = { endMs, count, firstMs, lastMs, first, last, min, max, staleAtEnd };
  return windows.widthMs === FINEST_MS
    ? plain
    : { ...plain, sum, sumIsExact, resets, resetCorrection, changes, deviation, sketches, histograms };
}
