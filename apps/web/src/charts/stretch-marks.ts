/** What stretches of a chart are made of, where that is not raw samples: marks under the plot, dashes, and words. Pure. */
import type { Stretch } from '@tidemark/rpc';

/** Where a stretch lies on the time axis, from point to point. */
export interface StretchMark {
  readonly fromMs: number;
  readonly toMs: number;
  /** Queries whose stretches differ lie one above the other. */
  readonly row: number;
  readonly label: string;
  readonly isRough: boolean;
}

/** Of the queries of one chart; a query's series share its stretches, the very object. */
export function stretchMarks(queries: Iterable<readonly Stretch[] | undefined>, stepMs: number): StretchMark[] {
  const distinct = new Map<string, readonly Stretch[]>();
  for (const stretches of new Set(queries)) if (stretches !== undefined) distinct.set(JSON.stringify(stretches), stretches);
  return [...distinct.values()].slice(0, ROWS_MAX).flatMap((stretches, row) =>
    stretches.filter(isTold).map((stretch) => ({
      fromMs: stretch.fromMs - stepMs / 2,
      toMs: stretch.toMs + stepMs / 2,
      row,
      label: resolutionText(stretch),
      isRough: isRough(stretch),
    })),
  );
}

/** More are not told apart by eye. */
const ROWS_MAX = 4;

/** Null for raw samples, of which there is nothing to say. */
export function stretchText(stretches: readonly Stretch[] | undefined, atMs: number): string | null {
  const stretch = stretches?.find(({ fromMs, toMs }) => fromMs <= atMs && atMs <= toMs);
  if (stretch === undefined || !isTold(stretch)) return null;
  const { class: how, error } = stretch;
  if (how === 'impossible') return 'nothing that is kept answers it here';
  const made = madeOf(stretch);
  if (how === 'exact') return `${made}, exact`;
  return how === 'bounded' && error !== null ? `${made}, within ${Number((error * 100).toPrecision(2))} %` : `${made}, approximate`;
}

function madeOf(stretch: Stretch): string {
  if (stretch.resolutionMs === 0) return 'from raw samples';
  const { seriesFromRaw = 0 } = stretch;
  return `from windows of ${resolutionText(stretch)}${seriesFromRaw > 0 ? ` (${seriesFromRaw} series from raw samples)` : ''}`;
}

/** A part of a line between two times, both included. */
export interface LinePart {
  readonly fromMs: number;
  readonly toMs: number;
  readonly dashed: boolean;
}

/** What is approximate is dashed, from the last point before it; all of a line at once where nothing is. */
export function lineParts(
  stretches: readonly Stretch[] | undefined,
  range: { readonly fromMs: number; readonly toMs: number },
): LinePart[] {
  if (stretches === undefined || !stretches.some(isRough)) return [{ ...range, dashed: false }];
  const parts: LinePart[] = [];
  let fromMs = range.fromMs;
  for (const [i, stretch] of stretches.entries()) {
    const isLast = i + 1 === stretches.length;
    const toMs = isLast ? Math.max(range.toMs, stretch.toMs) : stretch.toMs;
    const last = parts.at(-1);
    if (last?.dashed === isRough(stretch)) parts[parts.length - 1] = { ...last, toMs };
    else parts.push({ fromMs, toMs, dashed: isRough(stretch) });
    fromMs = toMs;
  }
  return parts;
}

function isTold({ resolutionMs, class: how }: Stretch): boolean {
  return resolutionMs > 0 || how !== 'exact';
}

function isRough({ class: how }: Stretch): boolean {
  return how === 'approximate';
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

function resolutionText({ resolutionMs, class: how }: Stretch): string {
  if (how === 'impossible') return 'no answer';
  if (resolutionMs === 0) return 'raw';
  const [unit, size] = UNITS.find(([, ms]) => resolutionMs % ms === 0) ?? ['ms', 1];
  return `${resolutionMs / size}${unit}`;
}
