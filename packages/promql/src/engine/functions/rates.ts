import { isReset } from '@tidemark/tsdb/model';
import { type Extension, unwrap } from '../../syntax/ast.ts';
import { metricNameOf } from '../../syntax/check.ts';
import type { Series, SeriesSink } from '../columns.ts';
import { extendedGrowth } from '../extended/growth.ts';
import { type NativeHistogram, sameHistogram } from '../histogram/native-histogram.ts';
import type { Sample } from '../histogram/operate.ts';
import type { SampleStretch } from '../select.ts';
import type { AtOnce, HistogramWindow, MixedFunction, Prepared, Window, WindowFunction } from '../windows.ts';
import { extrapolation, secondsOf } from './extrapolation.ts';
import { histogramGrowth, instantGrowth } from './histogram-rates.ts';
import { RangeNotes } from './range-notes.ts';
import { nameless, newestFirst, ofOneKind, ofSamples } from './ranges.ts';
import type { FunctionBody, FunctionTable, Invocation } from './registry.ts';
import { factorSince, isRestarted, noteOverlaps, startWithin } from './start-times.ts';

/** How fast counters and gauges move. */

const COUNTER_NAME = /_(total|sum|count|bucket)$/;

/** `rate` and `increase` say so when the metric is not named like a counter, or is not said to be one. */
function ofCounter(perSecond: boolean): FunctionBody {
  return nameless(async (call) => {
    const { args, context, sink } = call;
    const named = metricNameOf(args.expr(0));
    const noted = new Set<string>();
    const byType = context.features.typeAndUnitLabels === true;
    const note = ({ labels, histograms }: Series): void => {
      const name = named || labels.name;
      const type = byType ? labels.get('__type__') : '';
      const key = `${type} ${name}`;
      if (histograms !== undefined || name === '' || noted.has(key)) return;
      noted.add(key);
      if (byType ? type === 'counter' || type === 'histogram' : COUNTER_NAME.test(name)) return;
      const why = byType
        ? `__type__ label is not set to "counter" or "histogram", got ${JSON.stringify(type)}:`
        : 'name does not end in _total/_sum/_count/_bucket:';
      const message = `metric might not be a counter, ${why} ${JSON.stringify(name)}`;
      context.notes.info(message, args.expr(0).span, 'counter name');
    };
    const noting: SeriesSink | undefined =
      sink &&
      ((series) => {
        note(series);
        sink(series);
      });
    const atOnce = { what: 'counter growth', samplesMin: 2, extrapolate: { perSecond } } as const;
    const extension = extensionOf(call);
    const series =
      extension === null
        ? await ofOneKind({ ...call, sink: noting }, counterGrowth(call, perSecond), histogramGrowth(true, perSecond), atOnce)
        : await extendedGrowth(call, extension === 'smoothed', true, perSecond);
    series.forEach(note);
    return series;
  });
}

function extensionOf({ args }: Invocation): Extension | null {
  const inner = unwrap(args.expr(0));
  return inner.kind === 'matrix' ? inner.vector.extension : null;
}

/** Positions whose value is below the one before: most counters have none, and their windows need no second look. */
function resetsOf(values: Float64Array): number[] {
  const resets: number[] = [];
  for (let i = 1; i < values.length; i++) if (values[i] < values[i - 1]) resets.push(i);
  return resets;
}

function counterGrowth(call: Invocation, perSecond: boolean): Prepared<WindowFunction> {
  return (stretch: SampleStretch) => {
    const { values, starts } = stretch;
    if (starts !== undefined) return startedGrowth(new RangeNotes(call.context.notes, call.args.expr(0).span, stretch), perSecond);
    const resets = resetsOf(values);
    let next = 0;
    return (window) => {
      const { from, to } = window;
      if (to - from < 2) return undefined;
      let growth = values[to - 1] - values[from];
      while (next < resets.length && resets[next] <= from) next++;
      for (let i = next; i < resets.length && resets[i] < to; i++) growth += values[resets[i] - 1];
      return growth * extrapolation(window, window, { before: values[from], growth }, perSecond);
    };
  };
}

function startedGrowth(notes: RangeNotes, perSecond: boolean): WindowFunction {
  return (window) => {
    const { values, from, to } = window;
    noteOverlaps(window, notes);
    let growth = values[to - 1] - values[from];
    for (let i = from + 1; i < to; i++) if (values[i] < values[i - 1] || isRestarted(window, i)) growth += values[i - 1];
    const start = startWithin(window, window.startMs);
    if (start !== null) return (growth + values[from]) * factorSince(start, window, window.endMs, perSecond ? secondsOf(window) : 1);
    return to - from < 2 ? undefined : growth * extrapolation(window, window, { before: values[from], growth }, perSecond);
  };
}

const gaugeDelta: WindowFunction = (window) => {
  const { values, from, to } = window;
  return to - from < 2 ? undefined : (values[to - 1] - values[from]) * extrapolation(window, window, null, false);
};

/** From the last two samples alone. */
function lastTwo(isCounter: boolean, perSecond: boolean): FunctionBody {
  const atOnce: AtOnce = {
    what: isCounter ? 'newest counter growth' : 'newest gauge growth',
    samplesMin: 2,
    extrapolate: null,
    parameter: (_step, times, _from, to) => (perSecond ? (times[to - 1] - times[to - 2]) / 1000 : 1),
  };
  return nameless((call) => {
    const prepare: Prepared<MixedFunction> = (stretch) => {
      const notes = new RangeNotes(call.context.notes, call.args.expr(0).span, stretch);
      return (window, histograms) => {
        if (histograms.from === histograms.to) return lastTwoNumbers(window, isCounter, perSecond);
        const [newest, before] = newestFirst(tail(window), tail(histograms));
        if (before === undefined || newest.timeMs === before.timeMs) return undefined;
        const seconds = perSecond ? (newest.timeMs - before.timeMs) / 1000 : 1;
        if (typeof newest.sample === 'number' && typeof before.sample === 'number') return lastTwoNumbers(window, isCounter, perSecond);
        if (typeof newest.sample !== 'number' && typeof before.sample !== 'number') {
          const isReset = isRestarted(histograms, histograms.to - 1);
          return instantGrowth(before.sample, newest.sample, { isCounter, isReset }, seconds, notes);
        }
        notes.mixed();
        return undefined;
      };
    };
    return ofSamples(call, prepare, atOnce);
  });
}

function lastTwoNumbers(window: Window, isCounter: boolean, perSecond: boolean): number | undefined {
  const { times, values, from, to } = window;
  if (to - from < 2 || times[to - 1] === times[to - 2]) return undefined;
  const isReset = isCounter && (values[to - 1] < values[to - 2] || isRestarted(window, to - 1));
  const growth = isReset ? values[to - 1] : values[to - 1] - values[to - 2];
  return perSecond ? growth / ((times[to - 1] - times[to - 2]) / 1000) : growth;
}

function tail<T extends { readonly from: number; readonly to: number }>(window: T): T {
  return { ...window, from: Math.max(window.from, window.to - 2) };
}

/** How many neighbours differ in a given way. A number beside a histogram always does. */
function countPairs(
  numbers: (before: number, after: number) => boolean,
  histograms: (before: NativeHistogram, after: NativeHistogram) => boolean,
  what: 'changes' | 'resets',
): FunctionBody {
  const differ = (before: Sample, after: Sample): boolean => {
    if (typeof before === 'number' && typeof after === 'number') return numbers(before, after);
    return typeof before === 'number' || typeof after === 'number' || histograms(before, after);
  };
  const restarted = what === 'resets' ? isRestarted : () => false;
  const answer: MixedFunction = (window, stretch) => {
    let count = 0;
    if (stretch.from === stretch.to) {
      const { values, from, to } = window;
      for (let i = from + 1; i < to; i++) if (numbers(values[i - 1], values[i]) || restarted(window, i)) count++;
      return count;
    }
    const samples = newestFirst(window, stretch);
    const startOf = startsByTime(window, stretch);
    for (let i = 1; i < samples.length; i++) {
      const [after, before] = [samples[i - 1], samples[i]];
      const pair = { times: Float64Array.of(before.timeMs, after.timeMs), starts: startOf(before.timeMs, after.timeMs) };
      if (differ(before.sample, after.sample) || restarted(pair, 1)) count++;
    }
    return count;
  };
  return nameless((call) => {
    if (extensionOf(call) === null) return ofSamples(call, () => answer, { what, samplesMin: 1, extrapolate: null });
    const { lookbackMs } = call.context;
    return ofSamples(call, () => (window, stretch) => answer(...anchored(window, stretch, lookbackMs)));
  });
}

/** Of two samples, of whichever kind they are. */
function startsByTime(...windows: readonly (Window | HistogramWindow)[]): (...timesMs: number[]) => Float64Array | undefined {
  if (windows.every(({ starts }) => starts === undefined)) return () => undefined;
  const starts = new Map(windows.flatMap((window) => Array.from(window.times, (timeMs, i) => [timeMs, window.starts?.[i] ?? 0] as const)));
  return (...timesMs) => Float64Array.from(timesMs, (timeMs) => starts.get(timeMs) ?? 0);
}

/** With the newest sample before the window, of whichever kind. */
function anchored(window: Window, histograms: HistogramWindow, lookbackMs: number): [Window, HistogramWindow] {
  const newestBefore = ({ times, from }: Window | HistogramWindow) => (from > 0 ? times[from - 1] : Number.NEGATIVE_INFINITY);
  const [number, histogram] = [newestBefore(window), newestBefore(histograms)];
  if (Math.max(number, histogram) <= window.startMs - lookbackMs) return [window, histograms];
  if (number >= histogram) return [{ ...window, from: window.from - 1 }, histograms];
  return [window, { ...histograms, from: histograms.from - 1 }];
}

const DELTA_AT_ONCE: AtOnce = { what: 'gauge growth', samplesMin: 2, extrapolate: { perSecond: false } };

export const RATES: FunctionTable = {
  changes: countPairs(
    (before, after) => before !== after && !(Number.isNaN(before) && Number.isNaN(after)),
    (before, after) => !sameHistogram(before, after),
    'changes',
  ),
  delta: nameless((call) => {
    const extension = extensionOf(call);
    if (extension !== null) return extendedGrowth(call, extension === 'smoothed', false, false);
    return ofOneKind(call, () => gaugeDelta, histogramGrowth(false, false), DELTA_AT_ONCE);
  }),
  idelta: lastTwo(false, false),
  increase: ofCounter(false),
  irate: lastTwo(true, true),
  rate: ofCounter(true),
  resets: countPairs((before, after) => after < before, isReset, 'resets'),
};
