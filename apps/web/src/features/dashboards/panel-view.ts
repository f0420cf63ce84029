/** From a panel and what is known of its queries to what it shows. Pure. */
import type { Panel, Threshold } from '@tidemark/rpc';
import { type Frame, type FrameSeries, mergeFrames } from '../../lib/frame.ts';
import { seriesNames } from './series-names.ts';

/** All queries of a panel as one frame, every series with its legend's name. `names` is kept by the caller from frame to frame. */
export function panelFrame(panel: Panel, frames: readonly (Frame | null)[], names: NameCache): Frame | null {
  const named = frames.flatMap((frame, i) => {
    const query = panel.queries[i];
    return frame === null || query === undefined ? [] : [withNames(frame, names.namesOf(i, query.legend, query.expr, frame.series))];
  });
  return mergeFrames(named);
}

function withNames(frame: Frame, names: readonly string[]): Frame {
  return { ...frame, series: frame.series.map((series, i) => ({ ...series, name: names[i] })) };
}

/** Names depend on the labels alone, which do not change from tick to tick. */
export class NameCache {
  readonly #known = new Map<number, { template: string; expr: string; labels: readonly unknown[]; names: readonly string[] }>();

  namesOf(query: number, template: string, expr: string, series: readonly FrameSeries[]): readonly string[] {
    const known = this.#known.get(query);
    const same =
      known !== undefined &&
      known.template === template &&
      known.expr === expr &&
      known.labels.length === series.length &&
      series.every(({ labels }, i) => labels === known.labels[i]);
    if (same) return known.names;
    const labels = series.map((each) => each.labels);
    const names = seriesNames(template, labels, expr);
    this.#known.set(query, { template, expr, labels, names });
    return names;
  }
}

/** The last point that is not missing, or NaN. */
export function lastValue(values: Float64Array): number {
  for (let i = values.length - 1; i >= 0; i--) if (!Number.isNaN(values[i])) return values[i];
  return Number.NaN;
}

/** The state of the highest threshold that the value has reached, or null. */
export function thresholdState(value: number, thresholds: readonly Threshold[]): Threshold['state'] | null {
  let reached: Threshold | null = null;
  for (const threshold of thresholds) {
    if (value >= threshold.value && (reached === null || threshold.value > reached.value)) reached = threshold;
  }
  return reached?.state ?? null;
}

/** A line of `width` by `height` through the columns; gaps stay gaps. */
export function sparkline(values: Float64Array, width: number, height: number): string {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return '';
  const scale = high === low ? 0 : (height - 2) / (high - low);
  const dx = values.length > 1 ? width / (values.length - 1) : 0;
  let path = '';
  let down = false;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      down = false;
      continue;
    }
    const y = scale === 0 ? height / 2 : height - 1 - (values[i] - low) * scale;
    path += `${down ? 'L' : 'M'}${(i * dx).toFixed(1)} ${y.toFixed(1)}`;
    down = true;
  }
  return path;
}
