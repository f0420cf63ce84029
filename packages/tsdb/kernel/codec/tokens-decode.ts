// Tokens to numbers: src/codec/adaptive/tokens.ts says how.
import { position, seek, takeVarint } from './cursor';
import { slot } from './memory';
import { codesEnd, lengthAt, symbolAt, takeCodes, takeListedCodes } from './token-codes';
import { CODE_BITS_MAX, numberBits, numberHead, reversed, runBase, runBits, SYMBOLS_MAX, ZERO } from './token-layout';

/** What to do for each way that the next bits may look, of as many bits as the longest code has. */
const ACTIONS: usize = memory.data(8 * 2048, 16);

/** By length: how many symbols have such codes, then the next code, with its highest bit lowest. */
const PER_LENGTH: usize = memory.data(64, 16);

// An action, of 64 bits. Shifts take no more than the lowest six bits of what they are shifted by, so that an action may be that itself.
//
//   plain   all bits of the token{6} bits before the number{6} bits of the number{6} bits of the code{6}
//           bits of the run{4} least run{14} negative{1} highest bits of the number{2}
//   rare    the symbol{32} length of its code{31} 1{1}               it is long, or the rest is zero
const BEFORE_NUMBER: u64 = 6;
const NUMBER_BITS: u64 = 12;
const CODE_BITS: u64 = 18;
const RUN_BITS: u64 = 24;
const LEAST_RUN: u64 = 28;
const NEGATIVE: u64 = 42;
const HEAD: u64 = 43;
const RARE: u64 = 63;

/** How the bits of tokens are to be read. */
export const SPARSE: u32 = 0;
/** In version 3 of blocks. */
export const LISTED: u32 = 1;
/** One for each number. */
export const DENSE: u32 = 2;

// Bits are taken from `held`, which has the next `left` ones, and perhaps more; `at` is where the ones behind these are. There are always enough for
// the next code. Behind each lookup some are loaded, whether they are needed or not: a branch that goes either way costs more, and the next lookup
// need not wait for them.
let start: usize = 0;
let at: usize = 0;
let held: u64 = 0;
let left: u32 = 0;

/** `count` signed numbers at `numbers`. False on damage. */
export function decodeTokens(numbers: usize, count: u32, form: u32): bool {
  const listedSymbols = form === LISTED ? takeVarint() : 0;
  if (listedSymbols > SYMBOLS_MAX) return false;
  start = position();
  const symbols = form === LISTED ? takeListedCodes(start, <u32>listedSymbols) : takeCodes(start, form === DENSE);
  if (symbols === 0) return false;
  const longest = fillActions(symbols, form === DENSE);
  if (longest > CODE_BITS_MAX) return false;
  holdFrom(codesEnd);
  if (form === DENSE) takeEach(numbers, count, longest);
  else if (!takeSparse(numbers, count, longest)) return false;
  seek(start + ((((at - start) << 3) - left + 7) >> 3));
  return true;
}

function holdFrom(bit: u32): void {
  at = start + (bit >> 3);
  held = load<u64>(at) >> (bit & 7);
  at += 7;
  left = 56 - (bit & 7);
}

function takeEach(numbers: usize, count: u32, longest: u32): void {
  const mask: u64 = ((<u64>1) << longest) - 1;
  const end = slot(numbers, count);
  let from = at;
  let bits = held;
  let has = left;
  for (let to = numbers; to < end; to += 8) {
    const action = load<u64>(ACTIONS + ((<usize>(bits & mask)) << 3));
    bits |= load<u64>(from) << has;
    from += (63 - has) >> 3;
    has |= 56;
    if (<i64>action >= 0) {
      store<i64>(to, numberOf(action, bits));
      bits >>= action;
      has -= <u32>action & 63;
      continue;
    }
    at = from;
    left = has;
    const codeBits = <u32>(action >> 32) & 15;
    takeLong(<u32>action, ((from - start) << 3) - has + codeBits, to);
    from = at;
    bits = held;
    has = left;
  }
  at = from;
  held = bits;
  left = has;
}

/** Numbers behind runs of zeros. False on damage. */
function takeSparse(numbers: usize, count: u32, longest: u32): bool {
  memory.fill(numbers, 0, (<usize>count) << 3);
  const mask: u64 = ((<u64>1) << longest) - 1;
  let from = at;
  let bits = held;
  let has = left;
  for (let i: u32 = 0; i < count; i++) {
    const action = load<u64>(ACTIONS + ((<usize>(bits & mask)) << 3));
    bits |= load<u64>(from) << has;
    from += (63 - has) >> 3;
    has |= 56;
    if (<i64>action >= 0) {
      i += (<u32>(action >> LEAST_RUN) & 0x3fff) + (<u32>(bits >> (action >> CODE_BITS)) & ~(-1 << (<u32>(action >> RUN_BITS) & 15)));
      if (i >= count) return false;
      store<i64>(slot(numbers, i), numberOf(action, bits));
      bits >>= action;
      has -= <u32>action & 63;
      continue;
    }
    const symbol = <u32>action;
    const codeBits = <u32>(action >> 32) & 15;
    if (symbol === ZERO) {
      has -= codeBits;
      break;
    }
    const runLow = runBits(symbol);
    i += runBase(symbol) + (<u32>(bits >> codeBits) & ((1 << runLow) - 1));
    if (i >= count) return false;
    takeLong(symbol, ((from - start) << 3) - has + codeBits + runLow, slot(numbers, i));
    from = at;
    bits = held;
    has = left;
  }
  at = from;
  left = has;
  return true;
}

function numberOf(action: u64, bits: u64): i64 {
  const count = action >> NUMBER_BITS;
  const magnitude = <i64>(((action >> HEAD) << count) | ((bits >> (action >> BEFORE_NUMBER)) & ~((<u64>-1) << count)));
  const sign = -(<i64>((action >> NEGATIVE) & 1));
  return (magnitude ^ sign) - sign;
}

/** The low bits of a number, which begin at `bit`, may be more than are held. */
function takeLong(symbol: u32, bit: usize, to: usize): void {
  const count = numberBits(symbol);
  const from = start + (bit >> 3);
  const shift = <u64>(bit & 7);
  let low = load<u64>(from) >> shift;
  if (shift > 0) low |= (<u64>load<u8>(from, 8)) << (64 - shift);
  const magnitude = <i64>(((<u64>numberHead(symbol)) << count) | (low & (((<u64>1) << count) - 1)));
  store<i64>(to, ((symbol - 1) & 1) !== 0 ? -magnitude : magnitude);
  holdFrom(<u32>bit + count);
}

/** Tokens of up to so many bits, nearly all, leave enough of 56 for the next code. */
const FAST_BITS: u32 = 56 - CODE_BITS_MAX;

/** Returns the length of the longest code; more than there may be when the codes are not complete. */
function fillActions(symbols: u32, dense: bool): u32 {
  memory.fill(PER_LENGTH, 0, 4 * (CODE_BITS_MAX + 1));
  for (let i: u32 = 0; i < symbols; i++) {
    const at = PER_LENGTH + ((<usize>lengthAt(i)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let longest: u32 = 0;
  let code: u32 = 0;
  for (let length: u32 = 0; length <= CODE_BITS_MAX; length++) {
    const at = PER_LENGTH + ((<usize>length) << 2);
    const count = load<u32>(at);
    code <<= 1;
    store<u32>(at, reversed(code, length));
    code += count;
    if (code > 1 << length) return CODE_BITS_MAX + 1;
    if (count > 0) longest = length;
  }
  if (code !== 1 << CODE_BITS_MAX) return CODE_BITS_MAX + 1;
  // What has the bits of a code below others is that code's.
  const end = ACTIONS + ((<usize>8) << longest);
  for (let i: u32 = 0; i < symbols; i++) {
    const length = lengthAt(i);
    const next = PER_LENGTH + ((<usize>length) << 2);
    const turned = load<u32>(next);
    store<u32>(next, behind(turned, length));
    const action = actionOf(symbolAt(i), length, dense);
    const step = (<usize>8) << length;
    for (let to = ACTIONS + ((<usize>turned) << 3); to < end; to += step) store<u64>(to, action);
  }
  return longest;
}

/** The code behind one, both with their highest bit lowest: the bits of ones from the top on become zeros, the zero below them one. */
function behind(turned: u32, length: u32): u32 {
  const ones = clz<u32>(~(turned << (32 - length)));
  return length === 0 || ones >= length ? 0 : (turned & ~((<u32>-1) << (length - ones))) | (1 << (length - ones - 1));
}

function actionOf(symbol: u32, length: u32, dense: bool): u64 {
  // It is zero, and has no bits behind its code.
  if (dense && symbol === ZERO) return length | (length << (<u32>BEFORE_NUMBER)) | (length << (<u32>CODE_BITS));
  const run = runBits(symbol);
  const number = numberBits(symbol);
  const all = length + run + number;
  if (symbol === ZERO || all > FAST_BITS) return ((<u64>1) << RARE) | ((<u64>length) << 32) | symbol;
  const bits =
    all |
    ((length + run) << (<u32>BEFORE_NUMBER)) |
    (number << (<u32>NUMBER_BITS)) |
    (length << (<u32>CODE_BITS)) |
    (run << (<u32>RUN_BITS));
  const negative = <u64>((symbol - 1) & 1);
  return bits | ((<u64>runBase(symbol)) << LEAST_RUN) | (negative << NEGATIVE) | ((<u64>numberHead(symbol)) << HEAD);
}
