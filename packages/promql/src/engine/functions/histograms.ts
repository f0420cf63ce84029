import type { Labels } from '@tidemark/tsdb/model';
import { formatNumber, parseSignedNumber } from '../../syntax/numbers.ts';
import { isLabelName } from '../../syntax/selector.ts';
import { quote } from '../../syntax/strings.ts';
import { emptySeries, HISTOGRAM, isEmpty, NUMBER, type Series, withoutNames } from '../columns.ts';
import { hasNaN, nativeFraction, nativeQuantile, nativeVariance } from '../histogram/estimate.ts';
import type { NativeHistogram } from '../histogram/native-histogram.ts';
import { QueryError } from '../query-error.ts';
import { mapInSlices, Slices } from '../slices.ts';
import { type Bucket, bucketFraction, bucketQuantile } from './buckets.ts';
import type { FunctionBody, FunctionTable, Invocation } from './registry.ts';

/**
 * Questions to histograms: native ones, and classic ones, where the series that differ in `le` alone make one.
 * At a step where both answer to the same labels neither is trusted.
 */
interface HistogramSeries {
  readonly labels: Labels;
  readonly buckets: { readonly upper: number; readonly series: Series }[];
  native?: Series;
}

interface Question {
  ofBuckets(buckets: Bucket[], step: number, labels: Labels): number;
  ofNative(histogram: NativeHistogram, step: number, labels: Labels): number;
}

const histogramQuantile: FunctionBody = async (call) => {
  const q = await call.args.scalar(0);
  call.context.notes.quantiles(q, call.args.expr(0).span);
  return {
    kind: 'vector',
    series: await withoutNames(await ask(call, 1, await call.args.histograms(1, false), quantile(call, 1, q)), call.context),
  };
};

/** Several quantiles at once, each in a label. */
const histogramQuantiles: FunctionBody = async (call) => {
  const { args } = call;
  const vector = await args.histograms(0, false);
  const label = await args.text(1);
  if (!isLabelName(label)) throw new QueryError('execution', `invalid label name ${quote(label)}`, args.expr(1).span);
  const series: Series[] = [];
  for (let i = 2; i < args.count; i++) {
    const q = await args.scalar(i);
    call.context.notes.quantiles(q, args.expr(i).span);
    const answers = await ask(call, 0, vector, quantile(call, 0, q));
    for (const one of answers) series.push({ ...one, labels: one.labels.with(label, quantileLabel(q[0])) });
  }
  return { kind: 'vector', series: await withoutNames(series, call.context) };
};

/** With a decimal point, as OpenMetrics writes `quantile` and `le`. */
function quantileLabel(q: number): string {
  return Number.isInteger(q) ? `${formatNumber(q)}.0` : formatNumber(q);
}

function quantile(call: Invocation, argument: number, q: Float64Array): Question {
  return {
    ofNative: (histogram, i, labels) => {
      const value = nativeQuantile(q[i], histogram);
      const result = Number.isNaN(value) ? 'NaN' : 'skewed higher';
      const isSaid = !Number.isNaN(q[i]) && q[i] >= 0 && q[i] <= 1 && hasNaN(histogram);
      if (isSaid) noteNaN(call, argument, labels, `input to histogram_quantile has NaN observations, result is ${result}`);
      return value;
    },
    ofBuckets: (buckets, i, labels) => {
      const { value, forced } = bucketQuantile(q[i], buckets);
      if (forced) {
        const message =
          'input to histogram_quantile needed to be fixed for monotonicity (see ' +
          `https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)${ofMetric(call, labels)}`;
        call.context.notes.info(message, call.args.expr(argument).span);
      }
      return value;
    },
  };
}

const histogramFraction: FunctionBody = async (call) => {
  const lower = await call.args.scalar(0);
  const upper = await call.args.scalar(1);
  const question: Question = {
    ofNative: (histogram, i, labels) => {
      const said = 'input to histogram_fraction has NaN observations, which are excluded from all fractions';
      if (hasNaN(histogram)) noteNaN(call, 2, labels, said);
      return nativeFraction(lower[i], upper[i], histogram);
    },
    ofBuckets: (buckets, i) => bucketFraction(lower[i], upper[i], buckets),
  };
  return { kind: 'vector', series: await withoutNames(await ask(call, 2, await call.args.histograms(2, false), question), call.context) };
};

async function ask(call: Invocation, argument: number, series: readonly Series[], question: Question): Promise<Series[]> {
  const { steps, context, args } = call;
  const slices = new Slices(context.budget);
  const answers: Series[] = [];
  for (const { labels, buckets, native } of await assemble(call, argument, series, slices)) {
    const result = emptySeries(labels, steps.count);
    for (let i = 0; i < steps.count; i++) {
      await slices.spend(4 * buckets.length);
      const there = buckets.filter((bucket) => bucket.series.present[i] === NUMBER);
      const histogram = native?.present[i] === HISTOGRAM ? native.histograms?.[i] : undefined;
      if (there.length > 0 && histogram !== undefined) {
        const message = `vector contains a mix of classic and native histograms${ofMetric(call, labels)}`;
        context.notes.warn(message, args.expr(argument).span);
      } else if (histogram !== undefined) {
        result.values[i] = question.ofNative(histogram, i, labels);
        result.present[i] = NUMBER;
      } else if (there.length > 0) {
        const counts = there.map((bucket) => ({ upper: bucket.upper, count: bucket.series.values[i] }));
        result.values[i] = question.ofBuckets(counts, i, labels);
        result.present[i] = NUMBER;
      }
    }
    if (!isEmpty(result)) answers.push(result);
  }
  return answers;
}

async function assemble(call: Invocation, argument: number, series: readonly Series[], slices: Slices): Promise<HistogramSeries[]> {
  const histograms = new Map<string, HistogramSeries>();
  const place = (labels: Labels): HistogramSeries => {
    const histogram = histograms.get(labels.key) ?? { labels, buckets: [] };
    histograms.set(labels.key, histogram);
    return histogram;
  };
  for (const one of series) {
    await slices.spend(0);
    if (one.histograms !== undefined) place(one.labels).native = one;
    if (!one.present.includes(NUMBER)) continue;
    const le = one.labels.get('le');
    const upper = le === '' ? null : parseSignedNumber(le);
    if (upper !== null) place(one.labels.without('le')).buckets.push({ upper, series: one });
    else if (one.histograms === undefined) noteMalformed(call, argument, one.labels, le);
  }
  return [...histograms.values()];
}

function noteNaN(call: Invocation, argument: number, labels: Labels, message: string): void {
  call.context.notes.info(message + ofMetric(call, labels), call.args.expr(argument).span);
}

function noteMalformed(call: Invocation, argument: number, labels: Labels, le: string): void {
  const message = `bucket label "le" is missing or has a malformed value of ${JSON.stringify(le)}${ofMetric(call, labels)}`;
  call.context.notes.warn(message, call.args.expr(argument).span);
}

/** As Prometheus says it: names that have gone already are not named. */
function ofMetric({ context }: Invocation, labels: Labels): string {
  return context.features.delayedNameRemoval && labels.name !== '' ? ` for metric name ${JSON.stringify(labels.name)}` : '';
}

/** Of native histograms only; anything else has no answer. */
function ofNative(read: (histogram: NativeHistogram) => number, fromCounts = false): FunctionBody {
  return async ({ args, steps, context }) => {
    const answers = await mapInSlices(await args.histograms(0, fromCounts), 10 * steps.count, context.budget, (one) => {
      const result = emptySeries(one.labels, steps.count);
      one.histograms?.forEach((histogram, i) => {
        if (histogram === undefined || one.present[i] !== HISTOGRAM) return;
        result.values[i] = read(histogram);
        result.present[i] = NUMBER;
      });
      return result;
    });
    return {
      kind: 'vector',
      series: await withoutNames(
        answers.filter((one) => !isEmpty(one)),
        context,
      ),
    };
  };
}

export const HISTOGRAMS: FunctionTable = {
  histogram_avg: ofNative(({ sum, count }) => sum / count, true),
  histogram_count: ofNative(({ count }) => count, true),
  histogram_fraction: histogramFraction,
  histogram_quantile: histogramQuantile,
  histogram_quantiles: histogramQuantiles,
  histogram_stddev: ofNative((histogram) => Math.sqrt(nativeVariance(histogram))),
  histogram_stdvar: ofNative(nativeVariance),
  histogram_sum: ofNative(({ sum }) => sum, true),
};
