import type { Engine, QueryBudget } from '@tidemark/tsdb';
import { isMarkAt, isStaleAt, Matcher, type SampleColumns, type TimeRange } from '@tidemark/tsdb/model';
import { type RolledColumns, windowEndOf } from '@tidemark/tsdb/rollup';

const EVERYTHING = { fromMs: 0, toMs: 1e15 };

/** What windows say that samples, where both are there, do not. */
export async function faultsOfWindows(
  engine: Engine,
  tenant: string,
  budget: () => QueryBudget,
): Promise<{ faults: string[]; windows: number }> {
  const matchers = [new Matcher('__name__', '!=', '')];
  const tiers = (await engine.tiers?.(tenant, EVERYTHING)) ?? [];
  const raw = tiers.find(({ widthMs }) => widthMs === 0)?.ranges ?? [];
  const samples = await engine.select({ tenant, matchers, range: EVERYTHING }, budget());
  const faults: string[] = [];
  let windows = 0;
  for (const { widthMs, ranges } of tiers) {
    if (widthMs === 0) continue;
    for (const range of ranges.flatMap((each) => raw.map((held) => common(each, held, widthMs)))) {
      if (range.fromMs >= range.toMs) continue;
      const rolled = new Map<string, string>();
      await engine.visitRolled?.({ tenant, matchers, range, widthMs }, budget(), (labels, columns) => {
        if (columns.length > 0) rolled.set(labels.key, textOfWindows(columns));
        windows += columns.length;
      });
      for (const { labels, samples: own } of samples) {
        const wanted = textOfSamples(own, range, widthMs);
        const given = rolled.get(labels.key) ?? '';
        rolled.delete(labels.key);
        if (wanted !== given) faults.push(`${labels}, windows of ${widthMs} ms: ${given} and not ${wanted}`);
      }
      for (const [key, given] of rolled) faults.push(`${key}, windows of ${widthMs} ms: ${given} of no samples`);
    }
  }
  return { faults, windows };
}

/** The windows of which all is in both. */
function common(tier: TimeRange, raw: TimeRange, widthMs: number): TimeRange {
  return {
    fromMs: Math.max(tier.fromMs, windowEndOf(raw.fromMs, widthMs)),
    toMs: Math.min(tier.toMs, Math.floor(raw.toMs / widthMs) * widthMs),
  };
}

function textOfWindows({ length, endMs, count, first, last, min, max, histograms }: RolledColumns): string {
  return Array.from({ length }, (_, i) => {
    if (count[i] === 0 || (histograms?.[i] ?? null) !== null) return `${endMs[i]}: histograms`;
    return `${endMs[i]}: ${count[i]} ${first[i]}…${last[i]} ${min[i]}…${max[i]}`;
  }).join(', ');
}

function textOfSamples({ times, values }: SampleColumns, { fromMs, toMs }: TimeRange, widthMs: number): string {
  const windows = new Map<number, number[]>();
  /** Ends of those that have histograms. */
  const withHistograms = new Set<number>();
  for (const [i, time] of times.entries()) {
    if (time <= fromMs || time > toMs || isStaleAt(values, i)) continue;
    const endMs = windowEndOf(time, widthMs);
    if (isMarkAt(values, i)) withHistograms.add(endMs);
    windows.set(endMs, [...(windows.get(endMs) ?? []), values[i]]);
  }
  return Array.from(windows, ([endMs, all]) => {
    if (withHistograms.has(endMs)) return `${endMs}: histograms`;
    const numbers = all.filter((value) => !Number.isNaN(value));
    const extreme = (of: (...values: number[]) => number) => (numbers.length === 0 ? Number.NaN : of(...numbers) + 0);
    return `${endMs}: ${all.length} ${all[0]}…${all[all.length - 1]} ${extreme(Math.min)}…${extreme(Math.max)}`;
  }).join(', ');
}
