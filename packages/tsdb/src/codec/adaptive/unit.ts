import { bitLength, type WideReader, type WideWriter } from './wide-bytes.ts';

/**
 * Up to 128 unsigned 64-bit numbers, most of them small: each takes `width` bits, and the high bits of the
 * few that need more, the exceptions, follow behind.
 *
 *   unit := width:u8  exceptions:u8  [extra:u8]  payload  [position:u8{exceptions}  high bits]
 *
 * The payload of a long unit with narrow numbers lies in four lanes, so that a processor unpacks four numbers at once.
 */
export const UNIT_MAX = 128;

export function encodeUnit(out: WideWriter, numbers: readonly bigint[]): void {
  const { width, extra, exceptions } = layoutOf(numbers);
  out.u8(width);
  out.u8(exceptions.length);
  if (exceptions.length > 0) out.u8(extra);
  const low = numbers.map((number) => BigInt.asUintN(width, number));
  if (hasLanes(numbers.length, width)) packLanes(out, low, width);
  else pack(out, low, width);
  if (exceptions.length === 0) return;
  for (const position of exceptions) out.u8(position);
  pack(
    out,
    exceptions.map((position) => numbers[position] >> BigInt(width)),
    extra,
  );
}

/** Throws `RangeError` on damage. */
export function decodeUnit(reader: WideReader, count: number): bigint[] {
  const width = reader.u8();
  const exceptions = reader.u8();
  const extra = exceptions > 0 ? reader.u8() : 0;
  if (width + extra > 64 || exceptions > count) throw new RangeError('a unit that cannot be');
  const numbers = hasLanes(count, width) ? unpackLanes(reader, count, width) : unpack(reader, count, width);
  const positions = Array.from({ length: exceptions }, () => reader.u8());
  const high = unpack(reader, exceptions, extra);
  for (const [i, position] of positions.entries()) {
    if (position >= count) throw new RangeError('an exception outside its unit');
    numbers[position] |= high[i] << BigInt(width);
  }
  return numbers;
}

/** What `encodeUnit` would write. */
export function unitBytes(numbers: readonly bigint[]): number {
  return layoutOf(numbers).bytes;
}

interface Layout {
  readonly width: number;
  /** The bits that the longest number has beyond `width`. */
  readonly extra: number;
  /** The positions of numbers longer than `width`. */
  readonly exceptions: readonly number[];
  readonly bytes: number;
}

/** The width that makes the unit smallest; the least of equals. */
function layoutOf(numbers: readonly bigint[]): Layout {
  const lengths = numbers.map(bitLength);
  const longest = Math.max(...lengths);
  let best: Layout | null = null;
  for (let width = 0; width <= longest; width++) {
    const exceptions = lengths.flatMap((length, i) => (length > width ? [i] : []));
    const payload = hasLanes(numbers.length, width) ? 16 * laneWords(numbers.length, width) : packedBytes(numbers.length, width);
    const behind = exceptions.length > 0 ? 1 + exceptions.length + packedBytes(exceptions.length, longest - width) : 0;
    const bytes = 2 + payload + behind;
    if (best === null || bytes < best.bytes) best = { width, extra: longest - width, exceptions, bytes };
  }
  return best as Layout;
}

function hasLanes(count: number, width: number): boolean {
  return count > 32 && width <= 32;
}

function packedBytes(count: number, width: number): number {
  return Math.ceil((count * width) / 8);
}

/** 32-bit words in each lane. */
function laneWords(count: number, width: number): number {
  return Math.ceil((Math.ceil(count / 4) * width) / 32);
}

/** Number i takes the bits from i · width on, counted from the lowest bit of the first byte. */
function pack(out: WideWriter, numbers: readonly bigint[], width: number): void {
  out.littleEndian(joined(numbers, width), packedBytes(numbers.length, width));
}

function unpack(reader: WideReader, count: number, width: number): bigint[] {
  return split(reader.littleEndian(packedBytes(count, width)), count, width);
}

/** Number i is in lane i mod 4; the first words of the four lanes come first, then their second words. */
function packLanes(out: WideWriter, numbers: readonly bigint[], width: number): void {
  const lanes = [0, 1, 2, 3].map((lane) =>
    joined(
      numbers.filter((_, i) => i % 4 === lane),
      width,
    ),
  );
  for (let word = 0; word < laneWords(numbers.length, width); word++) {
    for (const lane of lanes) out.littleEndian(lane >> BigInt(32 * word), 4);
  }
}

function unpackLanes(reader: WideReader, count: number, width: number): bigint[] {
  const lanes = [0n, 0n, 0n, 0n];
  for (let word = 0; word < laneWords(count, width); word++) {
    for (let lane = 0; lane < 4; lane++) lanes[lane] |= reader.littleEndian(4) << BigInt(32 * word);
  }
  const numbers = lanes.map((lane) => split(lane, Math.ceil(count / 4), width));
  return Array.from({ length: count }, (_, i) => numbers[i % 4][i >> 2]);
}

function joined(numbers: readonly bigint[], width: number): bigint {
  return numbers.reduce((bits, number, i) => bits | (number << BigInt(i * width)), 0n);
}

function split(bits: bigint, count: number, width: number): bigint[] {
  return Array.from({ length: count }, (_, i) => BigInt.asUintN(width, bits >> BigInt(i * width)));
}
