// Where everything lies: the host puts a series' values and the windows in, and takes an answer for each window out.

/** Samples of a series, and windows, at most; samples of a window whose quantile is asked for. The host's limits are the same. */
export const SAMPLES_MAX: i32 = 262144;
export const WINDOWS_MAX: i32 = 16384;
export const SORTED_MAX: i32 = 1024;

export const VALUES: usize = memory.data(8 * SAMPLES_MAX + 256, 16);

/** Of the plan that is looked through, by window: its first position, and that behind its last. */
let from: usize = 0;
let to: usize = 0;

/** Where its columns are: what the function has besides the samples, and what extrapolation needs of times, in seconds. */
export let parameter: usize = 0;
export let sampled: usize = 0;
export let toStart: usize = 0;
export let toEnd: usize = 0;
export let per: usize = 0;
export let factor: usize = 0;

/** A plan's columns lie behind each other; src/kernel/window-plan.ts says what they mean. */
export function lookThrough(plan: usize, windows: u32): void {
  const column = (<usize>windows) << 3;
  from = plan;
  to = plan + (column >> 1);
  parameter = plan + column;
  sampled = parameter + column;
  toStart = sampled + column;
  toEnd = toStart + column;
  per = toEnd + column;
  factor = per + column;
}

export const ANSWERS: usize = memory.data(8 * WINDOWS_MAX + 64, 16);

/** Positions whose value is below the one before, found here or told by the host. */
export const RESETS: usize = memory.data(4 * SAMPLES_MAX, 16);

/** By sample, in the memory of the resets. */
export const COUNTS: usize = RESETS;

/** By stretch of sixteen samples: its least or greatest value. */
export const EXTREMES: usize = memory.data(8 * (SAMPLES_MAX / 16 + 2), 16);

/** By window: the sum of all samples before it, in two doubles. */
export const SUMS: usize = memory.data(8 * WINDOWS_MAX, 16);
export const SUMS_LOST: usize = memory.data(8 * WINDOWS_MAX, 16);

/** The values of one window, in order. */
export const SORTED: usize = memory.data(8 * (SORTED_MAX + 1), 16);

/** The values that are looked through: those here, or others of the same memory. */
export let values: usize = VALUES;

/** Bytes of each, where they are packed; else 0. See packed.ts. */
export let width: u32 = 0;
export let base: f64 = 0;
export let scale: f64 = 1;

export function lookAt(address: usize): void {
  values = address;
  width = 0;
}

export function lookAtPacked(address: usize, bytesEach: u32, least: f64, unitsOfOne: f64): void {
  values = address;
  width = bytesEach;
  base = least;
  scale = unitsOfOne;
}

export function placeOf(at: u32): usize {
  return values + ((<usize>at) << 3);
}

export function valueAt(at: u32): f64 {
  return load<f64>(placeOf(at));
}

export function fromOf(window: u32): u32 {
  return load<u32>(from + ((<usize>window) << 2));
}

export function toOf(window: u32): u32 {
  return load<u32>(to + ((<usize>window) << 2));
}

export function numberOf(column: usize, window: u32): f64 {
  return load<f64>(column + ((<usize>window) << 3));
}

export function answer(window: u32, value: f64): void {
  store<f64>(ANSWERS + ((<usize>window) << 3), value);
}
