import type { Threshold, Unit } from '@tidemark/rpc';
import type { ReactNode } from 'react';
import type { Frame } from '../lib/frame.ts';
import type { ResolvedRange } from '../lib/time-range/range.ts';

/** A stretch or an instant, drawn as a bar below the plot. */
export interface Annotation {
  readonly fromMs: number;
  readonly toMs: number;
  readonly state: 'pending' | 'firing' | 'info';
  readonly text: string;
}

/** Where the plot is within the chart, and what it shows: for whatever is laid over it. */
export interface PlotGeometry {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly min: number;
  readonly max: number;
}

export interface TimeSeriesChartProps {
  readonly frame: Frame | null;
  readonly unit?: Unit;
  readonly decimals?: number | null;
  /** Fixed ends of the y axis; null or absent: from the data. */
  readonly min?: number | null;
  readonly max?: number | null;
  readonly thresholds?: readonly Threshold[];
  readonly stacked?: boolean;
  /** Of the whole with its legend, in px; absent: fills its parent, which must have a height. */
  readonly height?: number;
  /** The x extent; absent: what the frame was asked for. */
  readonly range?: ResolvedRange;
  /** A stretch was dragged over. */
  readonly onZoom?: (range: ResolvedRange) => void;
  /** Double click: to the range before. */
  readonly onZoomBack?: () => void;
  /** Charts of one group share their crosshair by time. Default: all of the page. */
  readonly syncGroup?: string;
  readonly annotations?: readonly Annotation[];
  /** Default true. */
  readonly legend?: boolean;
  /** Laid over the plot, in the chart's own coordinates: a draggable threshold, say. */
  readonly overlay?: (plot: PlotGeometry) => ReactNode;
}
