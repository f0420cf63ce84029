/**
 * The windows that a query looks through, by positions in a series' columns: the same for all series that have the
 * same times. Windows begin and end in rising order. Not changed once it has been used.
 */
export interface WindowPlan {
  /** All of the columns below behind each other, as kernel/window/memory.ts has them. */
  readonly numbers: Float64Array;
  readonly from: Uint32Array;
  /** Behind the last. */
  readonly to: Uint32Array;
  /** By window: which quantile, or what the newest growth is divided by. */
  readonly parameter: Float64Array;
  /** For growth, by window of two samples or more, in seconds: from the first sample to the last. */
  readonly sampled: Float64Array;
  /** From the first sample to where the growth is stretched, and from the last. */
  readonly toStart: Float64Array;
  readonly toEnd: Float64Array;
  /** What is divided by at the end: the window's length, or 1. */
  readonly per: Float64Array;
  /** What growth is multiplied by, for what is no counter near zero. */
  readonly factor: Float64Array;
}

/** Two positions, a parameter, and what growth needs. */
export const PLAN_NUMBERS = 7;

/** To be filled. `numbers`: `PLAN_NUMBERS` for each window, to lie in. */
export function newWindowPlan(windows: number, numbers: Float64Array = new Float64Array(PLAN_NUMBERS * windows)): WindowPlan {
  const positions = new Uint32Array(numbers.buffer, numbers.byteOffset, 2 * windows);
  const column = (at: number) => numbers.subarray(at * windows, (at + 1) * windows);
  return {
    numbers,
    from: positions.subarray(0, windows),
    to: positions.subarray(windows),
    parameter: column(1),
    sampled: column(2),
    toStart: column(3),
    toEnd: column(4),
    per: column(5),
    factor: column(6),
  };
}
