// Where everything lies. The memory never grows, so that the host's views of it stay valid.

/** Samples of a chunk at most; the host's `CODEC_SAMPLES_MAX` is the same. */
export const SAMPLES_MAX: i32 = 4096;

/** Loops that take several numbers at a time write this far behind the last one. */
const SLACK_BYTES: i32 = 64;
const COLUMN_BYTES: i32 = 8 * SAMPLES_MAX + SLACK_BYTES;

/** The host's side: a chunk's times as f64 milliseconds, its values, and encoded bytes. */
export const TIMES: usize = memory.data(COLUMN_BYTES, 16);
export const VALUES: usize = memory.data(COLUMN_BYTES, 16);
/** More than the worst bytes, damaged ones included, let a decoder read. */
export const BYTES: usize = memory.data(6 * COLUMN_BYTES, 16);

/** Values with their specials taken out, then digits. */
export const WORDS: usize = memory.data(COLUMN_BYTES, 16);
export const DIGITS: usize = memory.data(COLUMN_BYTES, 16);
export const CORRECTIONS: usize = memory.data(COLUMN_BYTES, 16);

/** One column of residuals for each order. */
export const RESIDUALS_0: usize = memory.data(COLUMN_BYTES, 16);
export const RESIDUALS_1: usize = memory.data(COLUMN_BYTES, 16);
export const RESIDUALS_2: usize = memory.data(COLUMN_BYTES, 16);
export const RESIDUALS_3: usize = memory.data(COLUMN_BYTES, 16);

/** Residuals with signs, as tokens have them. */
export const SIGNED: usize = memory.data(COLUMN_BYTES, 16);
/** Those of them where a root moves. */
export const GATED_NUMBERS: usize = memory.data(COLUMN_BYTES, 16);

/** The steps of roots: what chunks beside them are told against. Several, as neighbours have the same ones in turn. */
export const ROOTS_MAX: i32 = 64;
const ROOTS: usize = memory.data(ROOTS_MAX * COLUMN_BYTES, 16);

export function rootColumn(number: u32): usize {
  return ROOTS + number * COLUMN_BYTES;
}

/** Position `at` of a column of 8-byte numbers. */
export function slot(column: usize, at: u32): usize {
  return column + ((<usize>at) << 3);
}
