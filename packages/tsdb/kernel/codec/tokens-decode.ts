// Tokens to numbers: src/codec/adaptive/tokens.ts says how.
import { position, seek, takeVarint } from './cursor';
import { slot } from './memory';
import {
  CODE_BITS_MAX,
  CODED,
  numberBits,
  numberHead,
  REST_IS_ZERO,
  reversed,
  runBase,
  runBits,
  SYMBOLS_END,
  SYMBOLS_MAX,
} from './token-layout';

/** What to do for each way that the next bits may look, of as many bits as the longest code has. */
const ACTIONS: usize = memory.data(4 * 2048, 16);

/** By length: how many symbols have shorter codes. */
const STARTS: usize = memory.data(64, 16);
const SORTED: usize = memory.data(4 * 512, 16);

// An action: code length | run bits << 4 | number bits << 8 | negative << 14 | head << 15 | run base << 17. No head: the rest is zero.

/** `count` signed numbers at `numbers`. False on damage. */
export function decodeTokens(numbers: usize, count: u32): bool {
  const symbols = takeVarint();
  if (symbols === 0 || symbols > SYMBOLS_MAX) return false;
  let at = position();
  let bit = takeLengths(<u32>symbols);
  if (bit === 0) return false;
  const longest = fillActions(<u32>symbols);
  if (longest > CODE_BITS_MAX) return false;
  const mask = (1 << longest) - 1;
  memory.fill(numbers, 0, (<usize>count) << 3);
  at += bit >> 3;
  bit &= 7;
  for (let i: u32 = 0; i < count; i++) {
    let bits = load<u64>(at) >> bit;
    const action = load<u32>(ACTIONS + ((<usize>(<u32>bits & mask)) << 2));
    const codeBits = action & 15;
    const runLow = (action >> 4) & 15;
    const numberLow = (action >> 8) & 63;
    const head = (action >> 15) & 3;
    bit += codeBits + runLow;
    if (head === 0) {
      at += bit >> 3;
      bit &= 7;
      break;
    }
    bits >>= codeBits;
    i += (action >> 17) + (<u32>bits & ((1 << runLow) - 1));
    if (i >= count) return false;
    bits >>= runLow;
    // Fast path: at least 57 bits have been loaded, of which code and run took 22 at most.
    if (numberLow > 35) {
      const from = at + (bit >> 3);
      const shift = <u64>(bit & 7);
      bits = load<u64>(from) >> shift;
      if (shift > 0) bits |= (<u64>load<u8>(from, 8)) << (64 - shift);
    }
    bit += numberLow;
    at += bit >> 3;
    bit &= 7;
    const magnitude = <i64>(((<u64>head) << numberLow) | (bits & (((<u64>1) << numberLow) - 1)));
    const sign = -(<i64>((action >> 14) & 1));
    store<i64>(slot(numbers, i), (magnitude ^ sign) - sign);
  }
  seek(at + <usize>(bit > 0));
  return true;
}

/** Fills `CODED`; returns the bits that were read, 0 on damage. */
function takeLengths(symbols: u32): u32 {
  const start = position();
  let nibble: u32 = 0;
  let symbol: u32 = -1;
  for (let i: u32 = 0; i < symbols; i++) {
    let gap: u32 = 0;
    for (let shift: u32 = 0; ; shift += 3) {
      if (shift === 12) return 0;
      const group = takeNibble(start, nibble++);
      gap |= (group & 7) << shift;
      if (group < 8) break;
    }
    symbol += gap + 1;
    const length = takeNibble(start, nibble++);
    if (symbol >= SYMBOLS_END || length > CODE_BITS_MAX) return 0;
    store<u32>(CODED + ((<usize>i) << 2), (length << 16) | symbol);
  }
  return nibble << 2;
}

function takeNibble(start: usize, at: u32): u32 {
  return (<u32>load<u8>(start + (at >> 1)) >> ((at & 1) << 2)) & 15;
}

/** Returns the length of the longest code; more than there may be when the codes are not complete. */
function fillActions(symbols: u32): u32 {
  sortByLength(symbols);
  const longest = load<u32>(SORTED + ((<usize>symbols - 1) << 2)) >> 16;
  // The table of each length is that of one bit less, twice, with the codes of this length in their places.
  let code: u32 = 0;
  let next: u32 = 0;
  for (let length: u32 = 0; ; length++) {
    for (; next < symbols; next++) {
      const coded = load<u32>(SORTED + ((<usize>next) << 2));
      if (coded >> 16 !== length) break;
      if (code >> length > 0) return CODE_BITS_MAX + 1;
      store<u32>(ACTIONS + ((<usize>reversed(code++, length)) << 2), actionOf(coded & 0xffff, length));
    }
    if (length === longest) break;
    memory.copy(ACTIONS + ((<usize>4) << length), ACTIONS, (<usize>4) << length);
    code <<= 1;
  }
  return code === (<u32>1) << longest ? longest : CODE_BITS_MAX + 1;
}

/** `CODED` in the order of lengths, those of equal length in the order of symbols. */
function sortByLength(symbols: u32): void {
  memory.fill(STARTS, 0, 64);
  for (let i: u32 = 0; i < symbols; i++) {
    const behind = STARTS + ((<usize>(load<u32>(CODED + ((<usize>i) << 2)) >> 16) + 1) << 2);
    store<u32>(behind, load<u32>(behind) + 1);
  }
  for (let at = STARTS + 4; at < STARTS + 64; at += 4) store<u32>(at, load<u32>(at) + load<u32>(at - 4));
  for (let i: u32 = 0; i < symbols; i++) {
    const coded = load<u32>(CODED + ((<usize>i) << 2));
    const start = STARTS + ((<usize>(coded >> 16)) << 2);
    const to = load<u32>(start);
    store<u32>(SORTED + ((<usize>to) << 2), coded);
    store<u32>(start, to + 1);
  }
}

function actionOf(symbol: u32, length: u32): u32 {
  const negative: u32 = symbol === REST_IS_ZERO ? 0 : (symbol - 1) & 1;
  const number = (numberBits(symbol) << 8) | (negative << 14) | (numberHead(symbol) << 15);
  return length | (runBits(symbol) << 4) | number | (runBase(symbol) << 17);
}
