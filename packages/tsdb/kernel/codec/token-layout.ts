// Symbols of tokens and the tables that both sides need: src/codec/adaptive/tokens.ts says what they are.

export const SYMBOLS_MAX: u32 = 512;
export const CODE_BITS_MAX: u32 = 11;

/** Run classes 0 to 13, each with 256 classes of numbers, behind symbol 0. */
export const SYMBOLS_END: u32 = 1 + 14 * 256;
/** The rest is zero; or of dense tokens, one number. */
export const ZERO: u32 = 0;

/** By rank: length << 16 | symbol, of the chunk's symbols in the order of symbols. */
export const CODED: usize = memory.data(4 * 512, 16);

export function runClass(run: u32): u32 {
  return run < 4 ? run : 33 - clz<u32>(run);
}

export function numberClass(magnitude: u64, negative: u32): u32 {
  const length = 64 - <u32>clz<u64>(magnitude);
  const second = length > 1 ? <u32>(magnitude >> (length - 2)) & 1 : 0;
  return ((length - 1) << 2) | (second << 1) | negative;
}

export function runBits(symbol: u32): u32 {
  const each = symbol === ZERO ? 0 : (symbol - 1) >> 8;
  return each < 4 ? 0 : each - 2;
}

export function runBase(symbol: u32): u32 {
  const each = symbol === ZERO ? 0 : (symbol - 1) >> 8;
  return each < 4 ? each : 1 << (each - 2);
}

export function numberBits(symbol: u32): u32 {
  const lengthLess1 = symbol === ZERO ? 0 : ((symbol - 1) >> 2) & 63;
  return lengthLess1 === 0 ? 0 : lengthLess1 - 1;
}

/** The highest bits of the number; 0 for no number. */
export function numberHead(symbol: u32): u32 {
  if (symbol === ZERO) return 0;
  const each = symbol - 1;
  return ((each >> 2) & 63) === 0 ? 1 : 2 | ((each >> 1) & 1);
}

/** Codes lie with their first, highest bit lowest. */
export function reversed(code: u32, length: u32): u32 {
  let turned: u32 = 0;
  for (let i: u32 = 0; i < length; i++) turned |= ((code >> i) & 1) << (length - 1 - i);
  return turned;
}
