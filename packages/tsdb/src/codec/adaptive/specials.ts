import type { WideReader, WideWriter } from './wide-bytes.ts';

/**
 * Values that are no decimals: stale markers, other NaNs, infinities, -0. A few of them are listed apart, and
 * the value before each stands in its place.
 *
 *   specials := count:varint  (gap:varint  code:u8  [bits:8 bytes]){count}      gap: positions skipped since the last one
 */
const BITS_BY_CODE: readonly bigint[] = [
  0x7ff0000000000002n, // stale
  0x7ff8000000000000n, // NaN
  0x7ff0000000000000n, // +Inf
  0xfff0000000000000n, // -Inf
  0x8000000000000000n, // -0
];
const OTHER = BITS_BY_CODE.length;

export interface Special {
  readonly position: number;
  readonly bits: bigint;
}

/** At most one value in eight is listed apart. */
export const SPECIAL_SHARE_MAX = 1 / 8;

export function findSpecials(words: BigUint64Array): Special[] {
  const found: Special[] = [];
  words.forEach((bits, position) => {
    if (isSpecial(bits)) found.push({ position, bits });
  });
  return found;
}

/** A copy in which the value before each special, for leading ones the first ordinary value, stands in its place. */
export function withoutSpecials(words: BigUint64Array<ArrayBuffer>): BigUint64Array<ArrayBuffer> {
  let last = words.find((bits) => !isSpecial(bits)) ?? 0n;
  return words.map((bits) => {
    if (!isSpecial(bits)) last = bits;
    return last;
  });
}

export function encodeSpecials(out: WideWriter, specials: readonly Special[]): void {
  out.varint(BigInt(specials.length));
  let next = 0;
  for (const { position, bits } of specials) {
    out.varint(BigInt(position - next));
    const code = BITS_BY_CODE.indexOf(bits);
    out.u8(code < 0 ? OTHER : code);
    if (code < 0) out.littleEndian(bits, 8);
    next = position + 1;
  }
}

/** Throws `RangeError` on damage. */
export function decodeSpecials(reader: WideReader, count: number): Special[] {
  const specials: Special[] = [];
  let next = 0n;
  for (let left = reader.varint(); left > 0n; left--) {
    const position = next + reader.varint();
    const code = reader.u8();
    if (position >= BigInt(count) || code > OTHER) throw new RangeError('a special value that cannot be');
    specials.push({ position: Number(position), bits: code === OTHER ? reader.littleEndian(8) : BITS_BY_CODE[code] });
    next = position + 1n;
  }
  return specials;
}

function isSpecial(bits: bigint): boolean {
  return (bits & 0x7ff0000000000000n) === 0x7ff0000000000000n || bits === 0x8000000000000000n;
}
