// Tokens to numbers: src/codec/adaptive/tokens.ts says how.
import { position, seek, takeVarint } from './cursor';
import { slot } from './memory';
import { codesEnd, takeCodes, takeListedCodes } from './token-codes';
import { CODE_BITS_MAX, CODED, numberBits, numberHead, REST_IS_ZERO, reversed, runBase, runBits, SYMBOLS_MAX } from './token-layout';

/** What to do for each way that the next bits may look, of as many bits as the longest code has. */
const ACTIONS: usize = memory.data(8 * 2048, 16);

/** By length: how many symbols have shorter codes. */
const STARTS: usize = memory.data(64, 16);
const SORTED: usize = memory.data(4 * 512, 16);

// An action, of 64 bits. Shifts take no more than the lowest six bits of what they are shifted by, so that an action may be that itself.
//
//   plain   all bits of the token{6} bits before the number{6} bits of the number{6} bits of the code{6}
//           bits of the run{4} least run{14} negative{1} least magnitude{18}
//   rare    the symbol{32} length of its code{31} 1{1}               it is long, or the rest is zero
const BEFORE_NUMBER: u64 = 6;
const NUMBER_BITS: u64 = 12;
const CODE_BITS: u64 = 18;
const RUN_BITS: u64 = 24;
const LEAST_RUN: u64 = 28;
const NEGATIVE: u64 = 42;
const LEAST: u64 = 43;
const RARE: u64 = 63;

/** `count` signed numbers at `numbers`. False on damage. */
export function decodeTokens(numbers: usize, count: u32, listed: bool): bool {
  const listedSymbols = listed ? takeVarint() : 0;
  if (listedSymbols > SYMBOLS_MAX) return false;
  const start = position();
  const symbols = listed ? takeListedCodes(start, <u32>listedSymbols) : takeCodes(start);
  if (symbols === 0) return false;
  const longest = fillActions(symbols);
  if (longest > CODE_BITS_MAX) return false;
  const mask: u32 = ((<u32>1) << longest) - 1;
  memory.fill(numbers, 0, (<usize>count) << 3);
  // `held` has the next `left` bits, and perhaps more.
  let at = start + (codesEnd >> 3);
  let held = <u64>load<u8>(at++) >> (codesEnd & 7);
  let left: u32 = 8 - (codesEnd & 7);
  for (let i: u32 = 0; i < count; i++) {
    if (left < FAST_BITS) {
      held |= load<u64>(at) << left;
      at += (63 - left) >> 3;
      left |= 56;
    }
    const action = load<u64>(ACTIONS + ((<usize>(<u32>held & mask)) << 3));
    if (<i64>action >= 0) {
      i += <u32>(action >> LEAST_RUN) & 0x3fff;
      const runLow = <u32>(action >> RUN_BITS) & 15;
      if (runLow !== 0) i += <u32>(held >> (action >> CODE_BITS)) & ((1 << runLow) - 1);
      if (i >= count) return false;
      const magnitude = <i64>((action >> LEAST) + ((held >> (action >> BEFORE_NUMBER)) & ~((<u64>-1) << (action >> NUMBER_BITS))));
      const sign = -(<i64>((action >> NEGATIVE) & 1));
      store<i64>(slot(numbers, i), (magnitude ^ sign) - sign);
      held >>= action;
      left -= <u32>action & 63;
      continue;
    }
    const symbol = <u32>action;
    const codeBits = <u32>(action >> 32) & 15;
    if (symbol === REST_IS_ZERO) {
      left -= codeBits;
      break;
    }
    const runLow = runBits(symbol);
    const numberLow = numberBits(symbol);
    i += runBase(symbol) + (<u32>(held >> codeBits) & ((1 << runLow) - 1));
    if (i >= count) return false;
    // What is left of `held`, and what follows.
    const used = ((at - start) << 3) - left + codeBits + runLow;
    const from = start + (used >> 3);
    const shift = <u64>(used & 7);
    let low = load<u64>(from) >> shift;
    if (shift > 0) low |= (<u64>load<u8>(from, 8)) << (64 - shift);
    const end = used + numberLow;
    at = start + (end >> 3);
    held = <u64>load<u8>(at++) >> (end & 7);
    left = 8 - (<u32>end & 7);
    const magnitude = <i64>(((<u64>numberHead(symbol)) << numberLow) | (low & (((<u64>1) << numberLow) - 1)));
    store<i64>(slot(numbers, i), ((symbol - 1) & 1) !== 0 ? -magnitude : magnitude);
  }
  seek(start + ((((at - start) << 3) - left + 7) >> 3));
  return true;
}

/** Tokens of up to so many bits, nearly all, need one load at most. */
const FAST_BITS: u32 = 40;

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
      store<u64>(ACTIONS + ((<usize>reversed(code++, length)) << 3), actionOf(coded & 0xffff, length));
    }
    if (length === longest) break;
    memory.copy(ACTIONS + ((<usize>8) << length), ACTIONS, (<usize>8) << length);
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

function actionOf(symbol: u32, length: u32): u64 {
  const run = runBits(symbol);
  const number = numberBits(symbol);
  const all = length + run + number;
  if (symbol === REST_IS_ZERO || all > FAST_BITS || number > 16) return ((<u64>1) << RARE) | ((<u64>length) << 32) | symbol;
  const bits = all | ((length + run) << 6) | (number << 12) | (length << 18) | (run << 24);
  const negative = <u64>((symbol - 1) & 1);
  return bits | ((<u64>runBase(symbol)) << LEAST_RUN) | (negative << NEGATIVE) | ((<u64>numberHead(symbol)) << (LEAST + number));
}
