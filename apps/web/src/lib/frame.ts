/**
 * What a chart draws: series as columns. A frame is a snapshot that is never changed; `labels` keep their identity from
 * frame to frame, so that names and colours are computed once for each series.
 */
import type { LabelSet, Stretch } from '@tidemark/rpc';
import type { DecodedMatrix, Spread } from './matrix.ts';

export interface FrameSeries {
  readonly labels: LabelSet;
  /** What the legend says. */
  readonly name: string;
  /** Milliseconds, ascending, `stepMs` apart; shared by the series of one query. */
  readonly times: Float64Array;
  /** As long as `times`; NaN is "no point". */
  readonly values: Float64Array;
  /** What lies between the points. */
  readonly spread?: Spread;
  /** Which data the points are made of; shared by the series of one query. Absent: raw samples. */
  readonly stretches?: readonly Stretch[];
}

export interface Frame {
  readonly stepMs: number;
  /** What was asked for: the chart's x extent. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly series: readonly FrameSeries[];
}

export function frameOf(matrix: DecodedMatrix, fromMs: number, toMs: number, stretches?: readonly Stretch[]): Frame {
  const { times } = matrix;
  const series = matrix.series.map((one) => ({ ...one, name: labelsText(one.labels), times, stretches }));
  return { stepMs: matrix.stepMs, fromMs, toMs, series };
}

/** Several queries of one panel as one frame. */
export function mergeFrames(frames: readonly Frame[]): Frame | null {
  if (frames.length <= 1) return frames[0] ?? null;
  return {
    stepMs: Math.min(...frames.map((frame) => frame.stepMs)),
    fromMs: Math.min(...frames.map((frame) => frame.fromMs)),
    toMs: Math.max(...frames.map((frame) => frame.toMs)),
    series: frames.flatMap((frame) => frame.series),
  };
}

/** `node_load1{instance="web-3"}`, as Prometheus writes a series. */
export function labelsText(labels: LabelSet): string {
  const known = texts.get(labels);
  if (known !== undefined) return known;
  const pairs = Object.keys(labels)
    .filter((name) => name !== '__name__')
    .sort()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`);
  const metric = labels.__name__ ?? '';
  const text = pairs.length === 0 && metric !== '' ? metric : `${metric}{${pairs.join(', ')}}`;
  texts.set(labels, text);
  return text;
}

const texts = new WeakMap<LabelSet, string>();

/** Whether one frame is the other, moved on by live data: as long, as fine, and of the same series. */
export function continues(before: Frame, after: Frame): boolean {
  const span = ({ fromMs, toMs }: Frame) => Math.round((toMs - fromMs) / 1000);
  const shared = after.series.some(({ labels }) => labels === before.series[0]?.labels);
  return (
    shared && before.stepMs === after.stepMs && span(before) === span(after) && after.fromMs >= before.fromMs && after.fromMs < before.toMs
  );
}
