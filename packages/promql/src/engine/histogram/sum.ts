import { alignHistograms, divideHistogram } from '@tidemark/tsdb/model';
import { type Buckets, bucketsOf, isCustom, mapCounts, type NativeHistogram } from './native-histogram.ts';

/** Sum and mean of native histograms, each count compensated as Prometheus does (Kahan's summation in Neumaier's form). */

export type HistogramTotal =
  | {
      readonly kind: 'total';
      readonly histogram: NativeHistogram;
      /** Custom bounds that only some have were given up. */
      readonly reconciled: boolean;
      /** Some say that they begin again, others that they go on. */
      readonly collided: boolean;
    }
  | { readonly kind: 'incompatible' };

/** Of at least one. */
export function totalOf(histograms: readonly NativeHistogram[], what: 'sum' | 'mean'): HistogramTotal {
  const first = histograms[0];
  if (histograms.some((one) => isCustom(one) !== isCustom(first))) return { kind: 'incompatible' };
  const hints = new Set(histograms.map(({ hint }) => hint));
  let running: Running = { sum: first, lost: nothingOf(first), reconciled: false };
  let isMean = false;
  for (let i = 1; i < histograms.length; i++) {
    const count = i + 1;
    if (!isMean) {
      const next = plus(running, histograms[i]);
      if (what === 'sum' || !overflows(next.sum)) {
        running = next;
        continue;
      }
      // Where the sum would overflow, a running mean from there on.
      isMean = true;
      running = scaled(running, (value) => value / (count - 1));
    }
    const share = (count - 1) / count;
    running = plus(
      scaled(running, (value) => value * share),
      divideHistogram(histograms[i], count),
    );
  }
  if (what === 'mean' && !isMean) running = scaled(running, (value) => value / histograms.length);
  const { sum, lost, reconciled } = running;
  const histogram = { ...counts(sum, lost, (value, rest) => value + rest), hint: hintOf(histograms) };
  return { kind: 'total', histogram, reconciled, collided: hints.has('reset') && hints.has('not_reset') };
}

/** Of all together: a gauge makes a gauge of it, and those that do not agree say nothing. */
export function hintOf(histograms: readonly NativeHistogram[]): NativeHistogram['hint'] {
  const hints = new Set(histograms.map(({ hint }) => hint));
  if (hints.has('gauge')) return 'gauge';
  return hints.size === 1 ? histograms[0].hint : 'unknown';
}

interface Running {
  readonly sum: NativeHistogram;
  /** What rounding lost, count by count, in the same buckets. */
  readonly lost: NativeHistogram;
  readonly reconciled: boolean;
}

function plus(running: Running, next: NativeHistogram): Running {
  const [sum, added, reconciled] = alignHistograms(running.sum, next);
  const [lost] = alignHistograms(running.lost, sum);
  const total = counts(sum, added, (a, b) => a + b);
  const lostNow = counts(sum, added, (a, b) => {
    const both = a + b;
    if (!Number.isFinite(both)) return Number.NaN; // Nothing of it counts any more.
    return Math.abs(a) >= Math.abs(b) ? a - both + b : b - both + a;
  });
  const keep = (before: number, now: number) => (Number.isNaN(now) ? 0 : before + now);
  return { sum: total, lost: counts(lost, lostNow, keep), reconciled: running.reconciled || reconciled };
}

function scaled({ sum, lost, reconciled }: Running, change: (value: number) => number): Running {
  return { sum: mapCounts(sum, change), lost: mapCounts(lost, change), reconciled };
}

function nothingOf(histogram: NativeHistogram): NativeHistogram {
  return mapCounts(histogram, () => 0);
}

/** Count by count of two histograms with the same buckets. */
function counts(a: NativeHistogram, b: NativeHistogram, combine: (a: number, b: number) => number): NativeHistogram {
  const each = (left: Buckets, right: Buckets) =>
    bucketsOf([...new Set([...left.keys(), ...right.keys()])].map((i) => [i, combine(left.get(i) ?? 0, right.get(i) ?? 0)] as const));
  return {
    ...a,
    count: combine(a.count, b.count),
    sum: combine(a.sum, b.sum),
    zeroCount: combine(a.zeroCount, b.zeroCount),
    positive: each(a.positive, b.positive),
    negative: each(a.negative, b.negative),
  };
}

function overflows({ count, sum, zeroCount, positive, negative }: NativeHistogram): boolean {
  const isInfinite = (value: number) => Math.abs(value) === Number.POSITIVE_INFINITY;
  return [count, sum, zeroCount, ...positive.values(), ...negative.values()].some(isInfinite);
}
