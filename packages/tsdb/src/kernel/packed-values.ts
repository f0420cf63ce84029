/** Values of a counter that lie in the kernels' memory in less than eight bytes each: `(base + units) / scale`, exactly. */
export interface PackedValues {
  /** The byte where they begin. */
  readonly at: number;
  readonly count: number;
  /** Bytes of each: 2 or 4. */
  readonly width: number;
  readonly base: number;
  readonly scale: number;
}

/** Whole numbers, seconds of a processor in hundredths, and thousandths. */
export const PACKED_SCALES = [1, 100, 1000];

/** Those from one position up to another. */
export function packedBetween(all: PackedValues, from: number, to: number): PackedValues {
  return { ...all, at: all.at + from * all.width, count: to - from };
}
