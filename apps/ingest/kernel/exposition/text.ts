// Where the text of a series ends, so that it can be looked up. It is only a guess: what is found is compared byte by byte.

const NEWLINE: i32 = 0x0a;
const SPACE: i32 = 0x20;
const QUOTE: i32 = 0x22;
const OPEN: i32 = 0x7b;
const BACKSLASH: i32 = 0x5c;
const CLOSE: i32 = 0x7d;

/** One past its last byte; 0 when the line ends before. A newline must come. */
export function seriesEnd(at: usize): usize {
  at = next(at, OPEN, SPACE);
  if (load<u8>(at) === SPACE) return at;
  if (load<u8>(at) === NEWLINE) return 0;
  while (true) {
    at = next(at + 1, QUOTE, CLOSE);
    if (load<u8>(at) === CLOSE) return at + 1;
    if (load<u8>(at) === NEWLINE) return 0;
    at = next(at + 1, QUOTE, BACKSLASH);
    while (load<u8>(at) === BACKSLASH) {
      if (load<u8>(at + 1) === NEWLINE) return 0;
      at = next(at + 2, QUOTE, BACKSLASH);
    }
    if (load<u8>(at) === NEWLINE) return 0;
  }
}

/** Newlines in `[at, end)`, and some behind. */
export function countLines(at: usize, end: usize): u32 {
  const newlines = i8x16.splat(<i8>NEWLINE);
  let count: u32 = 0;
  for (; at < end; at += 16) count += popcnt<u32>(i8x16.bitmask(i8x16.eq(v128.load(at), newlines)));
  return count + 1;
}

/** The newline at which the line ends. */
export function lineEnd(at: usize): usize {
  return next(at, NEWLINE, NEWLINE);
}

/** The first of both, or a newline. */
function next(at: usize, a: i32, b: i32): usize {
  const as = i8x16.splat(<i8>a);
  const bs = i8x16.splat(<i8>b);
  const newlines = i8x16.splat(<i8>NEWLINE);
  while (true) {
    const bytes = v128.load(at);
    const found = i8x16.bitmask(v128.or(v128.or(i8x16.eq(bytes, as), i8x16.eq(bytes, bs)), i8x16.eq(bytes, newlines)));
    if (found !== 0) return at + ctz<u32>(found);
    at += 16;
  }
}
