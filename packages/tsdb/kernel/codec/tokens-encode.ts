// Numbers to tokens: src/codec/adaptive/tokens.ts says how.
import { endBits, putBits, startBits } from './bits-out';
import { buildLengths, KEYS } from './huffman';
import { SAMPLES_MAX, slot } from './memory';
import { codesBits, putCodes } from './token-codes';
import { CODE_BITS_MAX, CODED, numberBits, numberClass, reversed, runBits, runClass, SYMBOLS_MAX, ZERO } from './token-layout';

/** There are too many symbols. */
export const NO_TOKENS: u32 = u32.MAX_VALUE;

/** By symbol: how often it is used; all zeros between calls. Then length << 16 | code. */
const COUNTS: usize = memory.data(4 * 4096, 16);
const CODES: usize = memory.data(4 * 4096, 16);

/** The tokens of the numbers that have been measured last: symbol << 13 | position of the number. */
const TOKENS: usize = memory.data(4 * (SAMPLES_MAX + 1), 16);
const POSITION_BITS: u32 = 13;
let measuredTokens: u32 = 0;
let measuredSymbols: u32 = 0;
let dense: bool = false;

/** Those that have been measured last have a token for each number. */
export function areDense(): bool {
  return dense;
}

/** The bytes that `encodeTokens` would write for `count` signed numbers. */
export function measureTokens(numbers: usize, count: u32): u32 {
  let symbols: u32 = 0;
  let bits: u32 = 0;
  let next: u32 = 0;
  let tokens: u32 = 0;
  dense = isDense(numbers, count);
  for (let i: u32 = 0; i < count; i++) {
    const number = load<i64>(slot(numbers, i));
    if (number === 0 && !dense) continue;
    const symbol = number === 0 ? 0 : symbolOf(dense ? 0 : i - next, number);
    next = i + 1;
    bits += runBits(symbol) + numberBits(symbol);
    symbols += use(symbol, symbols);
    keep(tokens++, symbol, i);
  }
  if (next < count && !dense) {
    symbols += use(ZERO, symbols);
    keep(tokens++, ZERO, count);
  }
  const known = min<u32>(symbols, SYMBOLS_MAX);
  // Zeros again. Of too many symbols not all are listed.
  if (symbols > SYMBOLS_MAX) memory.fill(COUNTS, 0, 4 * 4096);
  for (let i: u32 = 0; i < known; i++) {
    const key = KEYS + ((<usize>i) << 2);
    const symbol = load<u32>(key);
    store<u32>(key, (load<u32>(count32(symbol)) << 12) | symbol);
    store<u32>(count32(symbol), 0);
  }
  if (symbols > SYMBOLS_MAX) return NO_TOKENS;
  measuredTokens = tokens;
  measuredSymbols = symbols;
  bits += buildLengths(symbols);
  bits += codesBits(symbols, dense);
  return (bits + 7) >> 3;
}

/** The numbers that have been measured last. */
export function encodeTokens(numbers: usize): void {
  startBits();
  putCodes(measuredSymbols, dense);
  fillCodes(measuredSymbols);
  let next: u32 = 0;
  for (let i: u32 = 0; i < measuredTokens; i++) {
    const token = load<u32>(TOKENS + ((<usize>i) << 2));
    const symbol = token >> POSITION_BITS;
    putCode(symbol);
    if (symbol === ZERO) continue;
    const at = token & ((1 << POSITION_BITS) - 1);
    putBits(lowBits(at - next, runBits(symbol)), runBits(symbol));
    next = at + 1;
    const rest = numberBits(symbol);
    const magnitude = <u64>abs<i64>(load<i64>(slot(numbers, at)));
    if (rest > 32) {
      putBits(magnitude & 0xffffffff, 32);
      putBits(lowBits(magnitude >> 32, rest - 32), rest - 32);
    } else {
      putBits(lowBits(magnitude, rest), rest);
    }
  }
  endBits();
}

function keep(token: u32, symbol: u32, at: u32): void {
  store<u32>(TOKENS + ((<usize>token) << 2), (symbol << POSITION_BITS) | at);
}

/** Then runs of zeros are short, and say little. */
function isDense(numbers: usize, count: u32): bool {
  const zero = i64x2.splat(0);
  let found = zero;
  const pairs = count & ~1;
  for (let i: u32 = 0; i < pairs; i += 2) found = i64x2.sub(found, i64x2.eq(v128.load(slot(numbers, i)), zero));
  let zeros = <u32>(i64x2.extract_lane(found, 0) + i64x2.extract_lane(found, 1));
  if (pairs < count) zeros += <u32>(load<i64>(slot(numbers, pairs)) === 0);
  return zeros << DENSE_SHIFT < count;
}

/** Less than half of the numbers. */
const DENSE_SHIFT: u32 = 1;

function symbolOf(run: u32, number: i64): u32 {
  return 1 + (runClass(run) << 8) + numberClass(<u64>abs<i64>(number), <u32>(number < 0));
}

/** 1 when the symbol is new: then it is listed, if there is room, as the one after `known`. */
function use(symbol: u32, known: u32): u32 {
  const at = count32(symbol);
  const used = load<u32>(at);
  store<u32>(at, used + 1);
  if (used > 0) return 0;
  if (known < SYMBOLS_MAX) store<u32>(KEYS + ((<usize>known) << 2), symbol);
  return 1;
}

/** Counts codes up, those of equal length in the order of symbols. */
function fillCodes(symbols: u32): void {
  let code: u32 = 0;
  for (let length: u32 = 0; length <= CODE_BITS_MAX; length++) {
    code <<= 1;
    for (let i: u32 = 0; i < symbols; i++) {
      if (coded(i) >> 16 !== length) continue;
      store<u32>(CODES + ((<usize>(coded(i) & 0xffff)) << 2), (length << 16) | reversed(code, length));
      code++;
    }
  }
}

function coded(rank: u32): u32 {
  return load<u32>(CODED + ((<usize>rank) << 2));
}

function count32(symbol: u32): usize {
  return COUNTS + ((<usize>symbol) << 2);
}

function lowBits(number: u64, bits: u32): u64 {
  return number & (((<u64>1) << bits) - 1);
}

function putCode(symbol: u32): void {
  const code = load<u32>(CODES + ((<usize>symbol) << 2));
  putBits(code & 0xffff, code >> 16);
}
