// The strings of a request of remote write 2.0, by their number in it.
import { SYMBOLS, SYMBOLS_MAX } from './memory';
import { nextTextOf } from './texts';

/** Stands before a request's first symbol. */
const BEGINNING: usize = memory.data(8, 8);
let before: usize = BEGINNING;
let count: u32 = 0;

export function beginSymbols(): void {
  before = BEGINNING;
  count = 0;
}

/** False when there is no room, or the first one is not empty. */
export function addSymbol(at: usize, length: u32): bool {
  if (count === SYMBOLS_MAX || (count === 0 && length !== 0)) return false;
  const text = nextTextOf(before, at, length);
  if (text === 0) return false;
  before = text;
  store<u32>(SYMBOLS + ((<usize>count) << 2), <u32>text);
  count++;
  return true;
}

/** The text of a symbol; 0 when there is none of this number. */
export function symbol(number: u64): usize {
  return number < <u64>count ? <usize>load<u32>(SYMBOLS + ((<usize>number) << 2)) : 0;
}
