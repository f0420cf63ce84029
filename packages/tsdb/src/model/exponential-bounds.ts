/**
 * Bounds of exponential buckets, with Prometheus' bits: they are seen in its answers. A bound is a fraction from 1/2 up to 1, times a power
 * of two. Its fractions are those of schema 8, each the product of the square roots that its number's bits choose, the largest first; so
 * most are a few units in the last place below what is meant.
 */
/** The finest: 256 buckets for each doubling. */
export const SCHEMA_MAX = 8;

/** Where the bucket with this index ends. The last one that a number can lie in ends at the largest number. */
export function exponentialBound(schema: number, index: number): number {
  const perDoubling = 2 ** schema;
  if (perDoubling <= 1) {
    const exponent = index / perDoubling;
    return exponent === 1024 ? Number.MAX_VALUE : 2 ** exponent;
  }
  const exponent = Math.floor(index / perDoubling);
  const fraction = FRACTIONS[(index - exponent * perDoubling) * 2 ** (SCHEMA_MAX - schema)];
  if (exponent === 1024 && fraction === 0.5) return Number.MAX_VALUE;
  return 2 * fraction * 2 ** exponent;
}

const FRACTIONS = Float64Array.from({ length: 2 ** SCHEMA_MAX }, (_, number) => {
  let root = Math.SQRT2;
  let fraction = number >= 2 ** (SCHEMA_MAX - 1) ? 1 / root : 0.5;
  for (let bit = SCHEMA_MAX - 2; bit >= 0; bit--) {
    root = Math.sqrt(root);
    if (((number >>> bit) & 1) === 1) fraction *= root;
  }
  return fraction;
});
