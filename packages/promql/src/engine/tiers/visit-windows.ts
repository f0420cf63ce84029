import { assert } from '@tidemark/base';
import { openEnded } from '@tidemark/tsdb';
import type { Labels, Matcher, TimeRange } from '@tidemark/tsdb/model';
import { copyWindows, JoinedWindows, mergeWindows, type RolledColumns, rollSamples, type SeriesKind } from '@tidemark/tsdb/rollup';
import type { QueryContext } from '../context.ts';
import { visitEach } from '../select.ts';
import { RAW, sourcesOf } from './holdings.ts';

/**
 * The windows of each series in a stretch of time: those that are stored, and between and after them such as are made here, of finer
 * ones or of raw samples. A window is the same however it came to be, so nobody can tell which are which.
 */
export interface WindowRequest {
  readonly matchers: readonly Matcher[];
  /** Windows that end in it, its start excluded; both ends are ends of windows. */
  readonly range: TimeRange;
  /** What windows that are made of raw samples keep. */
  readonly kind: SeriesKind;
}

type Visit = (labels: Labels, windows: RolledColumns) => void;

/** Columns are valid until `visit` returns. */
export async function visitWindows(request: WindowRequest, context: QueryContext, visit: Visit): Promise<void> {
  const { tenant, queryable, budget, widthMs } = context;
  const { matchers, range } = request;
  assert(queryable.visitRolled !== undefined, 'who has tiers has windows');
  const pieces = piecesOf(range, widthMs, await storedRanges(context));
  // Fast path: nothing is copied.
  if (pieces.length === 1 && pieces[0].widthMs === widthMs) {
    await queryable.visitRolled({ tenant, matchers, range, widthMs }, budget, visit);
    return;
  }
  const found = new Map<string, { labels: Labels; parts: RolledColumns[] }>();
  for (const piece of pieces) {
    await visitPiece(piece, request, context, (labels, windows) => {
      const series = found.get(labels.key);
      if (series === undefined) found.set(labels.key, { labels, parts: [windows] });
      else series.parts.push(windows);
    });
  }
  for (const { labels, parts } of found.values()) {
    if (found.size > 1) await budget.breathe();
    const stretches = parts.map((windows) => ({ windows, from: 0, to: windows.length, range: ALL_TIMES }));
    visit(labels, new JoinedWindows(widthMs, stretches, 'shown'));
  }
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
async function visitPiece(piece: Piece, { matchers, kind }: WindowRequest, context: QueryContext, visit: Visit): Promise<void> {
  const { tenant, queryable, budget, widthMs } = context;
  const { fromMs, toMs } = piece;
  if (piece.widthMs === RAW) {
    const request = { tenant, matchers, range: { fromMs: fromMs + 1, toMs } };
    await visitEach(queryable, request, budget, ({ labels, samples }) => visit(labels, rollSamples(samples, widthMs, kind)));
    return;
  }
  const request = { tenant, matchers, range: { fromMs, toMs }, widthMs: piece.widthMs };
  await queryable.visitRolled?.(request, budget, (labels, windows) =>
    visit(labels, piece.widthMs === widthMs ? copyWindows(windows) : mergeWindows(windows, widthMs)),
  );
}

async function storedRanges({ queryable, tenant }: QueryContext): Promise<(widthMs: number) => readonly TimeRange[]> {
  const tiers = openEnded((await queryable.tiers?.(tenant, ALL_TIMES)) ?? []);
  return (widthMs) => tiers.find((tier) => tier.widthMs === widthMs)?.ranges ?? [];
}

const ALL_TIMES: TimeRange = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
