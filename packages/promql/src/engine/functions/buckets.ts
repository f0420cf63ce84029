import { fractionOf } from '../histogram/estimate.ts';

/** Quantiles and fractions of classic histograms, as Prometheus estimates them. */

/** `count`: of observations up to and including `upper`. */
export interface Bucket {
  readonly upper: number;
  count: number;
}

/** Differences below this share of a count are rounding, not a broken histogram. */
const SMALL_DELTA = 1e-12;

/** `forced`: counts fell from one bucket to the next and were raised. */
export function bucketQuantile(q: number, given: Bucket[]): { value: number; forced: boolean } {
  const nothing = { value: Number.NaN, forced: false };
  if (Number.isNaN(q)) return nothing;
  if (q < 0) return { value: Number.NEGATIVE_INFINITY, forced: false };
  if (q > 1) return { value: Number.POSITIVE_INFINITY, forced: false };
  const sorted = given.sort((a, b) => a.upper - b.upper);
  if (sorted.at(-1)?.upper !== Number.POSITIVE_INFINITY) return nothing;
  const buckets = coalesce(sorted);
  const forced = ensureMonotonic(buckets);
  if (buckets.length < 2) return { value: Number.NaN, forced };
  const observations = buckets[buckets.length - 1].count;
  if (observations === 0 || Number.isNaN(observations)) return { value: Number.NaN, forced };
  let rank = q * observations;
  const found = buckets.slice(0, -1).findIndex((bucket) => bucket.count >= rank);
  if (found === -1) return { value: buckets[buckets.length - 2].upper, forced };
  if (found === 0 && buckets[0].upper <= 0) return { value: buckets[0].upper, forced };
  let start = 0;
  let count = buckets[found].count;
  if (found > 0) {
    start = buckets[found - 1].upper;
    count -= buckets[found - 1].count;
    rank -= buckets[found - 1].count;
  }
  return { value: start + (buckets[found].upper - start) * (rank / count), forced };
}

function coalesce(sorted: Bucket[]): Bucket[] {
  const buckets: Bucket[] = [];
  for (const bucket of sorted) {
    const last = buckets.at(-1);
    if (last?.upper === bucket.upper) last.count += bucket.count;
    else buckets.push(bucket);
  }
  return buckets;
}

/** Counts must not fall: what rounding did is mended silently, more than that is reported. */
function ensureMonotonic(buckets: Bucket[]): boolean {
  let forced = false;
  let previous = buckets[0]?.count ?? 0;
  for (const bucket of buckets.slice(1)) {
    const { count } = bucket;
    if (count === previous) continue;
    if (almostEqual(previous, count)) {
      bucket.count = previous;
      continue;
    }
    if (count < previous) {
      bucket.count = previous;
      forced = true;
      continue;
    }
    previous = count;
  }
  return forced;
}

function almostEqual(a: number, b: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  if (a === b) return true;
  const difference = Math.abs(a - b);
  const size = Math.abs(a) + Math.abs(b);
  if (a === 0 || b === 0 || size < 2.2250738585072014e-308) return difference < SMALL_DELTA * 2.2250738585072014e-308;
  return difference / Math.min(size, Number.MAX_VALUE) < SMALL_DELTA;
}

/** The share of observations between two values, by linear interpolation within buckets. */
export function bucketFraction(lower: number, upper: number, given: Bucket[]): number {
  const buckets = coalesce(given.sort((a, b) => a.upper - b.upper));
  const last = buckets.at(-1);
  if (last?.upper !== Number.POSITIVE_INFINITY) return Number.NaN;
  const bounds = buckets.map((bucket, i) => ({
    lower: buckets[i - 1]?.upper ?? Number.NEGATIVE_INFINITY,
    upper: bucket.upper,
    count: bucket.count - (buckets[i - 1]?.count ?? 0),
  }));
  return fractionOf(lower, upper, bounds, last.count, true);
}
