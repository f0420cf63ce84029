// CRC-32C (RFC 3720 appendix B.4) of the bytes at `INPUT`: src/crc32c.ts is the plain form.
//
// Long inputs are folded first, after an idea of S. Russell ("Chorba", arXiv 2412.16398): as the CRC of any multiple of its polynomial is
// 0, sixteen bytes may be taken away when they are added at the places where such a multiple has its other terms. Ours has eight, all of whole
// blocks of sixteen bytes: some loads and no table for each block. What the last stretch, as long as the multiple, has then gathered
// is walked with tables, eight bytes at a time. The shortest multiple of six terms is 209 blocks long, and slower up to 64 KiB.

/** Bytes of input at most: they stay in a core's second-level cache. */
export const INPUT_MAX: i32 = 65536;

/** Where the other terms of x^(128 · 79) + x^(128 · 75) + x^(128 · 71) + x^(128 · 58) + x^(128 · 18) + x^(128 · 12) + x^128 + 1 lie, in bytes. */
const FOLD_0: usize = 4 << 4;
const FOLD_1: usize = 8 << 4;
const FOLD_2: usize = 21 << 4;
const FOLD_3: usize = 61 << 4;
const FOLD_4: usize = 67 << 4;
const FOLD_5: usize = 78 << 4;
const FOLD_6: usize = 79 << 4;

/** Below, the stretch that remains is most of it. */
const FOLDED_MIN: usize = 2 * FOLD_6;

/** Zeros before the input, which the first blocks gather. */
const ZEROS: usize = memory.data((79 << 4) + 65536, 16);
export const INPUT: usize = ZEROS + FOLD_6;

const POLYNOMIAL_REFLECTED: u32 = 0x82f63b78;
/** Eight tables of 256 words. */
const TABLES: usize = memory.data(8 << 10, 16);

fillTables();

/** The state of the checksum behind `length` bytes, which it spoils; `state` is that before them. */
export function update(state: u32, length: usize): u32 {
  if (length < FOLDED_MIN) return walk(state, INPUT, length);
  store<u32>(INPUT, load<u32>(INPUT) ^ state);
  const end = INPUT + (length & ~15);
  const rest = end - FOLD_6;
  for (let at = INPUT; at < rest; at += 16) v128.store(at, v128.xor(v128.load(at), gathered(at)));
  foldInto(rest, end, FOLD_0);
  foldInto(rest, end, FOLD_1);
  foldInto(rest, end, FOLD_2);
  foldInto(rest, end, FOLD_3);
  foldInto(rest, end, FOLD_4);
  foldInto(rest, end, FOLD_5);
  foldInto(rest, end, FOLD_6);
  return walk(0, rest, INPUT + length - rest);
}

function gathered(at: usize): v128 {
  const near = v128.xor(v128.load(at - FOLD_0), v128.load(at - FOLD_1));
  const middle = v128.xor(v128.load(at - FOLD_2), v128.load(at - FOLD_3));
  const far = v128.xor(v128.load(at - FOLD_4), v128.load(at - FOLD_5));
  return v128.xor(v128.xor(near, middle), v128.xor(far, v128.load(at - FOLD_6)));
}

/** Adds to the rest, which is not folded itself, what lies `distance` before it and is. */
function foldInto(rest: usize, end: usize, distance: usize): void {
  for (let at = rest; at < min<usize>(end, rest + distance); at += 16) v128.store(at, v128.xor(v128.load(at), v128.load(at - distance)));
}

function walk(state: u32, from: usize, length: usize): u32 {
  let at = from;
  const end = from + length;
  for (; at + 8 <= end; at += 8) {
    const low = state ^ load<u32>(at);
    const high = load<u32>(at, 4);
    state =
      table(7, low & 0xff) ^
      table(6, (low >> 8) & 0xff) ^
      table(5, (low >> 16) & 0xff) ^
      table(4, low >> 24) ^
      table(3, high & 0xff) ^
      table(2, (high >> 8) & 0xff) ^
      table(1, (high >> 16) & 0xff) ^
      table(0, high >> 24);
  }
  for (; at < end; at++) state = (state >> 8) ^ table(0, (state ^ load<u8>(at)) & 0xff);
  return state;
}

function table(slice: u32, byte: u32): u32 {
  return load<u32>(TABLES + ((slice << 10) | (byte << 2)));
}

function fillTables(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >> 1) ^ POLYNOMIAL_REFLECTED : value >> 1;
    store<u32>(TABLES + (byte << 2), value);
  }
  for (let slice: u32 = 1; slice < 8; slice++) {
    for (let byte: u32 = 0; byte < 256; byte++) {
      const before = table(slice - 1, byte);
      store<u32>(TABLES + ((slice << 10) | (byte << 2)), (before >> 8) ^ table(0, before & 0xff));
    }
  }
}
