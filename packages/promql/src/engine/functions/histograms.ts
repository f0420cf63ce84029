import { type Labels, METRIC_NAME } from '@tidemark/tsdb/model';
import { metricNameOf } from '../../syntax/check.ts';
import { formatNumber, parseSignedNumber } from '../../syntax/numbers.ts';
import { emptySeries, type Series } from '../columns.ts';
import { type Bucket, bucketFraction, bucketQuantile } from './buckets.ts';
import type { FunctionBody, FunctionTable, Invocation } from './registry.ts';

/** Classic histograms: series of cumulative counts that differ in `le` alone make one. */

interface ClassicHistogram {
  readonly labels: Labels;
  readonly buckets: { readonly upper: number; readonly series: Series }[];
}

const histogramQuantile: FunctionBody = async (call) => {
  const { args, context } = call;
  const q = await args.scalar(0);
  const series = await args.vector(1);
  for (const one of q) {
    if (!(one >= 0 && one <= 1))
      context.notes.warn(`quantile value should be between 0 and 1, got ${formatNumber(one)}`, args.expr(0).span);
  }
  return ofHistograms(call, 1, series, (buckets, i, labels) => {
    const { value, forced } = bucketQuantile(q[i], buckets);
    if (forced) {
      const name = metricName(call, 1, labels);
      context.notes.info(
        'input to histogram_quantile needed to be fixed for monotonicity ' +
          `(see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile) for metric name ${JSON.stringify(name)}`,
        args.expr(1).span,
      );
    }
    return value;
  });
};

const histogramFraction: FunctionBody = async (call) => {
  const lower = await call.args.scalar(0);
  const upper = await call.args.scalar(1);
  const series = await call.args.vector(2);
  return ofHistograms(call, 2, series, (buckets, i) => bucketFraction(lower[i], upper[i], buckets));
};

function ofHistograms(
  call: Invocation,
  argument: number,
  series: readonly Series[],
  answer: (buckets: Bucket[], step: number, labels: Labels) => number,
) {
  const { steps } = call;
  const results = assemble(call, argument, series).map(({ labels, buckets }) => {
    const result = emptySeries(labels.without(METRIC_NAME), steps.count);
    for (let i = 0; i < steps.count; i++) {
      const there = buckets.filter((bucket) => bucket.series.present[i] === 1);
      if (there.length === 0) continue;
      result.values[i] = answer(
        there.map((bucket) => ({ upper: bucket.upper, count: bucket.series.values[i] })),
        i,
        labels,
      );
      result.present[i] = 1;
    }
    return result;
  });
  return { kind: 'vector' as const, series: results };
}

function assemble(call: Invocation, argument: number, series: readonly Series[]): ClassicHistogram[] {
  const { args, context } = call;
  const histograms = new Map<string, ClassicHistogram>();
  for (const one of series) {
    const le = one.labels.get('le');
    const upper = le === '' ? null : parseSignedNumber(le);
    if (upper === null) {
      const name = metricName(call, argument, one.labels);
      const message = `bucket label "le" is missing or has a malformed value of ${JSON.stringify(le)} for metric name ${JSON.stringify(name)}`;
      context.notes.warn(message, args.expr(argument).span);
      continue;
    }
    const labels = one.labels.without('le');
    const key = labels.without(METRIC_NAME).key;
    const histogram = histograms.get(key) ?? { labels, buckets: [] };
    histogram.buckets.push({ upper, series: one });
    histograms.set(key, histogram);
  }
  return [...histograms.values()];
}

function metricName(call: Invocation, argument: number, labels: Labels): string {
  return labels.name || metricNameOf(call.args.expr(argument));
}

export const HISTOGRAMS: FunctionTable = { histogram_fraction: histogramFraction, histogram_quantile: histogramQuantile };
