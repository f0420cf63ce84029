// Where everything lies, for bodies of up to `capacity` bytes, a power of two. The memory never grows, so that the host's views of it
// stay valid; pages that nobody has touched cost nothing.

/** Whole words are read and written up to this far behind the last byte. */
const SLACK_BYTES: u32 = 64;
const FIRST: usize = 64 * 1024;

/** The body as it came, and a newline behind it. */
export let BODY: usize = 0;
/** The lines that are known (lines.ts), and behind them those that this body adds. */
export let LAYOUT: usize = 0;
export let LAYOUT_END: usize = 0;
/** The layout that the next body will be read with, once `rewrite` has written it. */
export let NEXT: usize = 0;
/** Addresses of the lines of this body; after `rewrite` the numbers of those of the next layout. u32 each. */
export let LINES: usize = 0;
/** A body's samples: number of the line u32, time f64 in milliseconds, NaN for none, and value f64. */
export let NUMBERS: usize = 0;
export let TIMES: usize = 0;
export let VALUES: usize = 0;
/** See find.ts. */
export let TABLE: usize = 0;

/** Lines of a body, and of a layout. A line has some 16 bytes at least, but for those of somebody who wants it otherwise. */
export let LINES_MAX: u32 = 0;

/** Returns how many bytes of memory that takes. */
export function arrange(capacity: u32): usize {
  LINES_MAX = capacity >> 4;
  BODY = FIRST;
  LAYOUT = BODY + capacity + SLACK_BYTES;
  LAYOUT_END = LAYOUT + 2 * capacity;
  NEXT = LAYOUT_END + SLACK_BYTES;
  LINES = NEXT + 2 * capacity + SLACK_BYTES;
  NUMBERS = LINES + 8 * LINES_MAX;
  TIMES = NUMBERS + 4 * LINES_MAX;
  VALUES = TIMES + 8 * LINES_MAX;
  TABLE = VALUES + 8 * LINES_MAX;
  return TABLE + 32 * LINES_MAX;
}
