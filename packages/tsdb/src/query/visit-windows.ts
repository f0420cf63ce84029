import type { Labels } from '../model/labels.ts';
import type { TimeRange } from '../model/time-range.ts';
import { rollSamples } from '../rollup/aggregate.ts';
import { copyWindows } from '../rollup/copy-windows.ts';
import { JoinedWindows } from '../rollup/join-windows.ts';
import { mergeWindows } from '../rollup/merge-windows.ts';
import { intersection } from '../rollup/ranges.ts';
import type { RolledColumns, SeriesKind } from '../rollup/rolled-columns.ts';
import { sourcesOf } from '../rollup/tiers.ts';
import type { QueryBudget } from './budget.ts';
import type { Queryable, RolledRequest } from './queryable.ts';
import { visitSeries } from './visit-series.ts';

/**
 * The windows of each series in a stretch of time: those that are stored, and between and after them such as are made here, of finer
 * ones or of raw samples. A window is the same however it came to be, so nobody can tell which are which.
 */
export interface WindowRequest extends RolledRequest {
  /** What windows that are made of raw samples keep. */
  readonly kind: SeriesKind;
}

type Visit = (labels: Labels, windows: RolledColumns) => void;

/** Both ends of the range are ends of windows. Columns are valid until `visit` returns. Have series been left out for being slow, or may have? */
export async function visitWindows(queryable: Queryable, request: WindowRequest, budget: QueryBudget, visit: Visit): Promise<boolean> {
  const { tenant, range, widthMs } = request;
  const tiers = (await queryable.tiers?.(tenant, range)) ?? [];
  const pieces = piecesOf(range, widthMs, (width) => tiers.find((tier) => tier.widthMs === width)?.ranges ?? []);
  // Fast path: nothing is copied.
  if (pieces.length === 1 && pieces[0].widthMs === widthMs) {
    await queryable.visitRolled?.(request, budget, visit);
    const slow = tiers.find((tier) => tier.widthMs === widthMs)?.slow ?? [];
    return request.leavesOutSlow === true && intersection(slow, [range]).length > 0;
  }
  const found = new Map<string, { labels: Labels; parts: RolledColumns[] }>();
  for (const piece of pieces) {
    await visitPiece(queryable, piece, request, budget, (labels, windows) => {
      const series = found.get(labels.key);
      if (series === undefined) found.set(labels.key, { labels, parts: [windows] });
      else series.parts.push(windows);
    });
  }
  for (const { labels, parts } of found.values()) {
    if (found.size > 1) await budget.breathe();
    const stretches = parts.map((windows) => ({ windows, from: 0, to: windows.length, range }));
    visit(labels, new JoinedWindows(widthMs, stretches));
  }
  return false;
}

/** Its windows are made of what has this width. */
interface Piece extends TimeRange {
  readonly widthMs: number;
}

/** The whole range, rising: of the coarsest that is stored. */
function piecesOf(range: TimeRange, widthMs: number, stored: (widthMs: number) => readonly TimeRange[]): Piece[] {
  let missing: TimeRange[] = [range];
  const pieces: Piece[] = [];
  for (const source of [widthMs, ...sourcesOf(widthMs)]) {
    const there = stored(source);
    const rest: TimeRange[] = [];
    for (const gap of missing) {
      let atMs = gap.fromMs;
      for (const { fromMs, toMs } of there) {
        const piece = {
          fromMs: Math.max(atMs, Math.ceil(fromMs / widthMs) * widthMs),
          toMs: Math.min(gap.toMs, Math.floor(toMs / widthMs) * widthMs),
        };
        if (piece.fromMs >= piece.toMs) continue;
        if (atMs < piece.fromMs) rest.push({ fromMs: atMs, toMs: piece.fromMs });
        pieces.push({ ...piece, widthMs: source });
        atMs = piece.toMs;
      }
      if (atMs < gap.toMs) rest.push({ fromMs: atMs, toMs: gap.toMs });
    }
    missing = rest;
  }
  pieces.push(...missing.map((gap) => ({ ...gap, widthMs: RAW })));
  return pieces.sort((a, b) => a.fromMs - b.fromMs);
}

/** With columns of their own. */
async function visitPiece(
  queryable: Queryable,
  { fromMs, toMs, widthMs: sourceMs }: Piece,
  { tenant, matchers, widthMs, kind }: WindowRequest,
  budget: QueryBudget,
  visit: Visit,
): Promise<void> {
  if (sourceMs === RAW) {
    const request = { tenant, matchers, range: { fromMs: fromMs + 1, toMs } };
    await visitSeries(queryable, request, budget, ({ labels, samples }) => visit(labels, rollSamples(samples, widthMs, kind)));
    return;
  }
  const request = { tenant, matchers, range: { fromMs, toMs }, widthMs: sourceMs };
  await queryable.visitRolled?.(request, budget, (labels, windows) =>
    visit(labels, sourceMs === widthMs ? copyWindows(windows) : mergeWindows(windows, widthMs)),
  );
}

const RAW = 0;
