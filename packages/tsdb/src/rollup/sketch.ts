/**
 * How the values of a window are distributed: a function of the values, in whatever order or parts they come (make-sketch.ts).
 *
 *   values    up to 16 different values: each of them, with how often it comes
 *   buckets   more: exponential buckets (buckets.ts), of the finest schema, 20 at most, that needs at most 16 of them; not below the
 *             tier's floor, which may need more. Negative values have buckets mirrored; 0, NaN and the infinities are counted apart
 *   null      all samples are one value; or they are more than 16, in one bucket of schema 20: min, max and count tell as much
 *
 * -0 is 0 here. An infinity is a value as others are, and so is NaN, which is below all others.
 */
export type Sketch = ValueList | BucketSketch;

export interface ValueList {
  readonly kind: 'values';
  /** At least two, rising; NaN first. */
  readonly values: Float64Array;
  readonly counts: Float64Array;
}

export interface BucketSketch {
  readonly kind: 'buckets';
  readonly schema: number;
  readonly nans: number;
  /** How often the infinities come. */
  readonly leasts: number;
  readonly greatests: number;
  readonly zeros: number;
  /** Of the values' distances from 0. */
  readonly negative: BucketRow;
  readonly positive: BucketRow;
}

/** Buckets that hold something, their indexes rising. */
export interface BucketRow {
  readonly indexes: Int32Array;
  readonly counts: Float64Array;
}

export const VALUES_MAX = 16;
export const BUCKETS_WANTED = 16;

/** What a sketch is about: a window, or several as one. */
export interface Sketched {
  readonly sketch: Sketch | null;
  readonly count: number;
  readonly min: number;
  readonly max: number;
}
