/** What the tooltip says at one instant: the largest first, at most twenty. Pure. */
import type { Frame } from '../lib/frame.ts';
import { TOOLTIP_ROWS_MAX } from '../lib/limits.ts';
import type { PlotModel } from './plot-model.ts';
import { nearestIndex } from './series-values.ts';

export interface TooltipRow {
  readonly index: number;
  readonly name: string;
  readonly color: string;
  readonly value: number;
}

export interface TooltipContent {
  readonly atMs: number;
  readonly rows: readonly TooltipRow[];
  /** How many series with a value here are not among the rows. */
  readonly more: number;
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
    rows.push({ index: series.index, name: series.name, color: series.color, value });
    const distance = Math.abs(series.top[at] - pointerValue);
    if (nearest === null || distance < nearest.distance) nearest = { index: series.index, distance };
  }
  if (rows.length === 0) return null;
  rows.sort((a, b) => b.value - a.value);
  return {
    atMs: pointAtMs,
    rows: rows.slice(0, TOOLTIP_ROWS_MAX),
    more: Math.max(0, rows.length - TOOLTIP_ROWS_MAX),
    nearest: nearest?.index ?? null,
  };
}

/** Beside the pointer, on the side where there is room, never outside of the window. */
export function tooltipPlace(
  pointer: { readonly x: number; readonly y: number },
  size: { readonly width: number; readonly height: number },
  viewport: { readonly width: number; readonly height: number },
): { left: number; top: number } {
  const gap = 14;
  const right = pointer.x + gap + size.width <= viewport.width - 8;
  const left = right ? pointer.x + gap : pointer.x - gap - size.width;
  const top = pointer.y + gap + size.height <= viewport.height - 8 ? pointer.y + gap : pointer.y - gap - size.height;
  const within = (at: number, length: number, limit: number) => Math.max(8, Math.min(at, limit - length - 8));
  return { left: within(left, size.width, viewport.width), top: within(top, size.height, viewport.height) };
}
