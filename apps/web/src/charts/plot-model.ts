/**
 * From a frame and what is wanted of it to everything that is drawn: columns with their colours, both extents, both axes' labels.
 * Pure; ECharts sees only the result.
 */
import type { Stretch, Threshold, Unit } from '@tidemark/rpc';
import type { Frame, FrameSeries } from '../lib/frame.ts';
import { SERIES_DRAWN_MAX } from '../lib/limits.ts';
import type { ResolvedRange } from '../lib/time-range/range.ts';
import type { Scheme } from '../lib/use-scheme.ts';
import { formatTick } from '../ui/format-value.ts';
import type { Size } from './element-observers.ts';
import { assignSlots, SERIES_COLORS } from './palette.ts';
import { isShown, type Selection } from './selection.ts';
import { type DrawnColumn, type Extent, extentOf, stack } from './series-values.ts';
import { type StretchMark, stretchMarks } from './stretch-marks.ts';
import { type TimeTick, timeTicks, valueTicks } from './ticks.ts';

export interface PlotWish {
  readonly unit: Unit;
  readonly min: number | null;
  readonly max: number | null;
  readonly stacked: boolean;
  readonly thresholds: readonly Threshold[];
  /** Whether far thresholds widen the axis. */
  readonly showAllThresholds: boolean;
  readonly selection: Selection;
  /** Of each series of the frame, shown or not. */
  readonly colors: readonly string[];
  readonly timeZone: string;
}

export interface PlotSeries extends DrawnColumn {
  /** Index in the frame. */
  readonly index: number;
  readonly name: string;
  readonly color: string;
  /** Filled down to its base, or to zero. */
  readonly area: boolean;
  /** From the least to the greatest between the points; null where all is drawn that there is. */
  readonly band: DrawnColumn | null;
  /** As of the frame's series. */
  readonly stretches: readonly Stretch[] | undefined;
}

export interface PlotModel {
  readonly x: ResolvedRange;
  readonly y: Extent;
  readonly series: readonly PlotSeries[];
  /** Selected, but not drawn: above the cap. */
  readonly leftOut: number;
  readonly xTicks: readonly TimeTick[];
  readonly yTicks: readonly { readonly value: number; readonly label: string }[];
  readonly thresholds: readonly Threshold[];
  /** What is not made of raw samples. */
  readonly marks: readonly StretchMark[];
  /** Space around the plot, in px. */
  readonly margin: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
}

/** Charts of one page begin at the same pixel, unless a label needs more. */
const LABEL_WIDTH_MIN_PX = 52;
/** A character of an axis' label, about. */
export const LABEL_CHAR_PX = 6.3;

export function plotModel(frame: Frame, range: ResolvedRange, size: Size, wish: PlotWish): PlotModel {
  const wanted = frame.series.map((_, index) => index).filter((index) => isShown(wish.selection, frame.series[index].name));
  const drawn = wanted.slice(0, SERIES_DRAWN_MAX);
  const columns = wish.stacked
    ? stack(drawn.map((index) => frame.series[index]))
    : drawn.map((index): DrawnColumn => ({ times: frame.series[index].times, top: frame.series[index].values, base: null }));
  const bands = drawn.map((index) => (wish.stacked ? null : bandOf(frame.series[index])));

  const margin = { top: 8, bottom: 22, right: 12 };
  const plotHeight = Math.max(20, size.height - margin.top - margin.bottom);
  const extent = extentOf([...columns, ...bands.filter((band) => band !== null)], wish, wish.thresholds, wish.showAllThresholds);
  const y = roundedOut(extent, wish, plotHeight);
  const { interval, values } = valueTicks(y.min, y.max, plotHeight, wish.unit);
  const maxAbs = Math.max(Math.abs(y.min), Math.abs(y.max));
  const yTicks = values.map((value) => ({ value, label: formatTick(value, interval, maxAbs, wish.unit) }));
  const longest = Math.max(0, ...yTicks.map(({ label }) => label.length));
  const left = Math.max(LABEL_WIDTH_MIN_PX, Math.ceil(longest * LABEL_CHAR_PX) + 12);

  return {
    x: range,
    y,
    series: drawn.map((index, i) => ({
      ...columns[i],
      index,
      name: frame.series[index].name,
      color: wish.colors[index],
      area: wish.stacked || drawn.length === 1,
      band: bands[i],
      stretches: frame.series[index].stretches,
    })),
    leftOut: wanted.length - drawn.length,
    xTicks: timeTicks(range.fromMs, range.toMs, Math.max(20, size.width - left - margin.right), wish.timeZone),
    yTicks,
    thresholds: wish.thresholds.filter(({ value }) => value >= y.min && value <= y.max).sort((a, b) => a.value - b.value),
    marks: stretchMarks(
      drawn.map((index) => frame.series[index].stretches),
      frame.stepMs,
    ),
    margin: { ...margin, left },
  };
}

function bandOf({ times, spread }: FrameSeries): DrawnColumn | null {
  return spread === undefined ? null : { times, top: spread.max, base: spread.min };
}

export function seriesColors(frame: Frame, scheme: Scheme): string[] {
  return assignSlots(frame.series.map(({ labels }) => labels)).map((slot) => SERIES_COLORS[scheme][slot]);
}

/** Ends that are not fixed go to the next round value: the axis stands still while live data moves below it. */
function roundedOut(extent: Extent, wish: PlotWish, heightPx: number): Extent {
  const { interval } = valueTicks(extent.min, extent.max, heightPx, wish.unit);
  const half = interval / 2;
  return {
    min: wish.min ?? Math.floor(extent.min / half + 1e-9) * half,
    max: wish.max ?? Math.ceil(extent.max / half - 1e-9) * half,
  };
}
