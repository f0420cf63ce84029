/** What the tooltip says at one instant: the largest first, at most twenty. Pure. */
import type { Frame, FrameSeries } from '../lib/frame.ts';
import { TOOLTIP_ROWS_MAX } from '../lib/limits.ts';
import type { PlotModel } from './plot-model.ts';
import { nearestIndex } from './series-values.ts';
import { stretchText } from './stretch-marks.ts';

export interface TooltipRow {
  readonly index: number;
  readonly name: string;
  readonly color: string;
  readonly value: number;
  /** Of all samples since the point before; null where that is the point alone, or not known. */
  readonly spread: { readonly min: number; readonly max: number; readonly avg: number } | null;
  /** What the point is made of; null: raw samples. */
  readonly source: string | null;
}

export interface TooltipContent {
  readonly atMs: number;
  readonly rows: readonly TooltipRow[];
  /** How many series with a value here are not among the rows. */
  readonly more: number;
  /** What all points that are not from raw samples are made of. */
  readonly sources: readonly string[];
  /** The series whose line is nearest to the pointer, or null. */
  readonly nearest: number | null;
}

/** `pointerValue` is where the pointer stands on the y axis. Null when no series has a point here. */
export function tooltipContent(model: PlotModel, frame: Frame, atMs: number, pointerValue: number): TooltipContent | null {
  const rows: TooltipRow[] = [];
  let nearest: { index: number; distance: number } | null = null;
  let pointAtMs = atMs;
  for (const series of model.series) {
    const at = nearestIndex(series.times, atMs, frame.stepMs);
    if (at < 0) continue;
    const value = frame.series[series.index].values[at];
    if (Number.isNaN(value)) continue;
    pointAtMs = series.times[at];
    const source = stretchText(series.stretches, pointAtMs);
    const spread = spreadAt(frame.series[series.index], at);
    rows.push({ index: series.index, name: series.name, color: series.color, value, spread, source });
    const distance = Math.abs(series.top[at] - pointerValue);
    if (nearest === null || distance < nearest.distance) nearest = { index: series.index, distance };
  }
  if (rows.length === 0) return null;
  rows.sort((a, b) => b.value - a.value);
  const sources = new Set(rows.map(({ source }) => source).filter((source) => source !== null));
  return {
    atMs: pointAtMs,
    rows: rows.slice(0, TOOLTIP_ROWS_MAX),
    more: Math.max(0, rows.length - TOOLTIP_ROWS_MAX),
    sources: [...sources],
    nearest: nearest?.index ?? null,
  };
}

function spreadAt({ spread }: FrameSeries, at: number): TooltipRow['spread'] {
  if (spread === undefined) return null;
  const [min, max, avg] = [spread.min[at], spread.max[at], spread.avg[at]];
  return min < max ? { min, max, avg } : null;
}

export interface TooltipPlace {
  readonly left?: number;
  readonly right?: number;
  readonly top?: number;
  readonly bottom?: number;
  readonly maxWidth: number;
  readonly maxHeight: number;
}

/**
 * Beside the pointer, towards the larger half of the window and never outside of it. Sides and limits only: what is inside need not be
 * measured, which would cost a layout at each move.
 */
export function tooltipPlace(
  pointer: { readonly x: number; readonly y: number },
  viewport: { readonly width: number; readonly height: number },
): TooltipPlace {
  const [gap, edge] = [14, 8];
  const across =
    viewport.width < 600
      ? { left: edge, maxWidth: viewport.width - 2 * edge }
      : pointer.x <= viewport.width / 2
        ? { left: pointer.x + gap, maxWidth: Math.min(480, viewport.width - pointer.x - gap - edge) }
        : { right: viewport.width - pointer.x + gap, maxWidth: Math.min(480, pointer.x - gap - edge) };
  const down =
    pointer.y <= viewport.height / 2
      ? { top: pointer.y + gap, maxHeight: viewport.height - pointer.y - gap - edge }
      : { bottom: viewport.height - pointer.y + gap, maxHeight: pointer.y - gap - edge };
  return { ...across, ...down };
}
