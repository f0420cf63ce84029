/**
 * Prometheus' grid of exponential buckets: of schema s, bucket i holds (2^((i-1)/2^s), 2^(i/2^s)]. A bucket of one schema lies
 * within one of the schema below, whose index is a shift away.
 */
export const SCHEMA_MAX = 20;

/** The index of a positive number in the finest schema. */
export function bucketOf(value: number): number {
  scratch[0] = value;
  let exponent = (words[1] >>> 20) - EXPONENT_BIAS;
  if (exponent === -EXPONENT_BIAS) {
    scratch[0] = value * 2 ** SUBNORMAL_BITS;
    exponent = (words[1] >>> 20) - EXPONENT_BIAS - SUBNORMAL_BITS;
  }
  words[1] = (words[1] & 0xfffff) | (EXPONENT_BIAS << 20);
  return exponent * 2 ** SCHEMA_MAX + Math.ceil(Math.log2(scratch[0]) * 2 ** SCHEMA_MAX);
}

/** The index, in a schema that is `by` lower, of the bucket that holds this one. */
export function coarser(index: number, by: number): number {
  return ((index - 1) >> by) + 1;
}

/** By how much the schema must be lower for two buckets to be in one. */
export function apart(a: number, b: number): number {
  return 32 - Math.clz32((a - 1) ^ (b - 1));
}

export function lowerBoundOf(index: number, schema: number): number {
  return 2 ** ((index - 1) / 2 ** schema);
}

export function upperBoundOf(index: number, schema: number): number {
  return 2 ** (index / 2 ** schema);
}

/** In the middle of the bucket: what a value of it is taken for. */
export function midpointOf(index: number, schema: number): number {
  return lowerBoundOf(index, schema) * (1 + errorOf(schema));
}

/** How far a value of a bucket may be from its middle, as a share of the value: 1.1 % at schema 5, 2.2 % at schema 4. */
export function errorOf(schema: number): number {
  return (2 ** (2 ** -schema) - 1) / 2;
}

const EXPONENT_BIAS = 1023;
/** So many doublings make a subnormal number a normal one. */
const SUBNORMAL_BITS = 54;

const scratch = new Float64Array(1);
/** Low word first. */
const words = new Uint32Array(scratch.buffer);
