import { assert } from '@tidemark/base';
import { openEnded } from '@tidemark/tsdb';
import type { Labels, Matcher, TimeRange } from '@tidemark/tsdb/model';
import { type RolledColumns, rollSamples, type SeriesKind } from '@tidemark/tsdb/rollup';
import type { QueryContext } from '../context.ts';
import { visitEach } from '../select.ts';
import { joinWindows } from './join-windows.ts';

/**
 * The windows of each series in a stretch of time: those that are stored, and between and after them such as are made of raw samples
 * here. A window is the same however it came to be, so nobody can tell which are which.
 */
export interface WindowRequest {
  readonly matchers: readonly Matcher[];
  /** Windows that end in it, its start excluded; both ends are ends of windows. */
  readonly range: TimeRange;
  /** What windows that are not stored keep. */
  readonly kind: SeriesKind;
}

/** Columns are valid until `visit` returns. */
export async function visitWindows(
  request: WindowRequest,
  context: QueryContext,
  visit: (labels: Labels, windows: RolledColumns) => void,
): Promise<void> {
  const { tenant, queryable, budget, widthMs } = context;
  const { matchers, range, kind } = request;
  assert(queryable.visitRolled !== undefined, 'who has tiers has windows');
  const stretches = stretchesOf(range, await storedRanges(range, context));
  // Fast path: nothing is copied.
  if (stretches.length === 1 && stretches[0].isStored) {
    await queryable.visitRolled({ tenant, matchers, range, widthMs }, budget, visit);
    return;
  }
  const found = new Map<string, { labels: Labels; parts: RolledColumns[] }>();
  const add = (labels: Labels, windows: RolledColumns) => {
    const series = found.get(labels.key);
    if (series === undefined) found.set(labels.key, { labels, parts: [windows] });
    else series.parts.push(windows);
  };
  for (const { isStored, ...stretch } of stretches) {
    if (isStored) {
      await queryable.visitRolled({ tenant, matchers, range: stretch, widthMs }, budget, (labels, windows) =>
        add(labels, joinWindows([windows])),
      );
      continue;
    }
    const samples = { tenant, matchers, range: { fromMs: stretch.fromMs + 1, toMs: stretch.toMs } };
    await visitEach(queryable, samples, budget, ({ labels, samples }) => add(labels, rollSamples(samples, widthMs, kind)));
  }
  for (const { labels, parts } of found.values()) {
    if (found.size > 1) await budget.breathe();
    visit(labels, joinWindows(parts));
  }
}

interface Stretch extends TimeRange {
  readonly isStored: boolean;
}

/** The whole range, rising. */
function stretchesOf({ fromMs, toMs }: TimeRange, stored: readonly TimeRange[]): Stretch[] {
  const stretches: Stretch[] = [];
  let atMs = fromMs;
  for (const range of stored) {
    if (range.fromMs > atMs) stretches.push({ fromMs: atMs, toMs: range.fromMs, isStored: false });
    stretches.push({ ...range, isStored: true });
    atMs = range.toMs;
  }
  if (atMs < toMs) stretches.push({ fromMs: atMs, toMs, isStored: false });
  return stretches;
}

async function storedRanges({ fromMs, toMs }: TimeRange, { queryable, tenant, widthMs }: QueryContext): Promise<TimeRange[]> {
  const tiers = (await queryable.tiers?.(tenant, { fromMs, toMs })) ?? [];
  const ranges = openEnded(tiers).find((tier) => tier.widthMs === widthMs)?.ranges ?? [];
  const within = ranges.map((range) => ({ fromMs: Math.max(range.fromMs, fromMs), toMs: Math.min(range.toMs, toMs) }));
  return within.filter((range) => range.fromMs < range.toMs);
}
