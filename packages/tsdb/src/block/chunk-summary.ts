import type { ByteReader, ByteWriter } from '@tidemark/base';
import { isStaleAt } from '../model/sample.ts';

/**
 * What many queries need of a chunk, so that its values are not decoded: of all values but the stale markers. It is there only where
 * it gives the very bits that the values would: there is no NaN among them, and no -0.
 *
 *   summary := kind:u8  [stale:varint]  body        kind has 0x80 added when there are stale markers
 *
 *   0 unknown
 *   1 integers    least:zigzag  greatest - least:varint  sum - count · least:varint
 *   2 decimals    exponent:u8  least:zigzag  greatest - least:varint               of the digits
 *   3 bits        least:8 bytes  greatest:8 bytes
 *   4 stale       there are only stale markers
 */
export interface ChunkSummary {
  /** Without stale markers. */
  readonly count: number;
  /** 0 when `count` is. */
  readonly min: number;
  readonly max: number;
  /** Null when adding up the values one by one may lose something. */
  readonly sum: number | null;
}

const UNKNOWN = 0;
const INTEGERS = 1;
const DECIMALS = 2;
const BITS = 3;
const ONLY_STALE = 4;
const WITH_STALE = 0x80;

/** Of the values `[from, to)`. Null when they have to be asked themselves, and where all are equal: those are decoded as fast as this is read. */
export function summarize(values: Float64Array, from: number, to: number): ChunkSummary | null {
  let count = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let whole = true;
  for (let i = from; i < to; i++) {
    const value = values[i];
    if (value !== value) {
      if (isStaleAt(values, i)) continue;
      return null;
    }
    if (value === 0 && Object.is(value, -0)) return null;
    if (value < min) min = value;
    if (value > max) max = value;
    if (whole && Number.isInteger(value)) sum += value;
    else whole = false;
    count++;
  }
  if (count === 0) return { count, min: 0, max: 0, sum: 0 };
  if (min === max && count === to - from) return null;
  return { count, min, max, sum: whole && isExact(count, min, max) ? sum : null };
}

/** Every sum of some of these integers is one of a double's. */
function isExact(count: number, min: number, max: number): boolean {
  return count * Math.max(Math.abs(min), Math.abs(max)) < WHOLE_MAX;
}

/** Twice as much is what a zigzag and a varint can say. */
const WHOLE_MAX = 2 ** 51;

export function writeSummary(out: ByteWriter, summary: ChunkSummary | null, samples: number): void {
  if (summary === null) {
    out.u8(UNKNOWN);
    return;
  }
  const { count, min, max, sum } = summary;
  const flag = count < samples ? WITH_STALE : 0;
  const begin = (kind: number): void => {
    out.u8(kind | flag);
    if (flag !== 0) out.varint(samples - count);
  };
  const exponent = sum === null ? exponentOf(min, max) : null;
  if (count === 0) begin(ONLY_STALE);
  else if (sum !== null) {
    begin(INTEGERS);
    out.zigzag(min);
    out.varint(max - min);
    out.varint(sum - count * min);
  } else if (exponent !== null) {
    begin(DECIMALS);
    out.u8(exponent);
    const least = Math.round(min * 10 ** exponent);
    out.zigzag(least);
    out.varint(Math.round(max * 10 ** exponent) - least);
  } else {
    begin(BITS);
    out.f64(min);
    out.f64(max);
  }
}

/** Of a chunk of so many samples. Throws `RangeError` on damage. */
export function readSummary(reader: ByteReader, samples: number): ChunkSummary | null {
  const first = reader.u8();
  const kind = first & ~WITH_STALE;
  if (first === UNKNOWN) return null;
  const stale = first === kind ? 0 : reader.varint();
  const count = samples - stale;
  if (count < 0 || (count === 0) !== (kind === ONLY_STALE)) throw new RangeError('a summary of more samples than there are');
  switch (kind) {
    case INTEGERS: {
      const min = reader.zigzag();
      const max = min + reader.varint();
      return { count, min, max, sum: count * min + reader.varint() };
    }
    case DECIMALS: {
      const scale = 10 ** reader.u8();
      const least = reader.zigzag();
      return { count, min: least / scale, max: (least + reader.varint()) / scale, sum: null };
    }
    case BITS:
      return { count, min: reader.f64(), max: reader.f64(), sum: null };
    case ONLY_STALE:
      return { count, min: 0, max: 0, sum: 0 };
    default:
      throw new RangeError('an unknown kind of summary');
  }
}

/** With so many digits behind the point both are decimals, exactly. */
function exponentOf(min: number, max: number): number | null {
  for (let exponent = 0; exponent <= EXPONENT_MAX; exponent++) {
    if (isDecimal(min, exponent) && isDecimal(max, exponent)) return exponent;
  }
  return null;
}

const EXPONENT_MAX = 12;

function isDecimal(value: number, exponent: number): boolean {
  const scale = 10 ** exponent;
  const digits = Math.round(value * scale);
  return Math.abs(digits) < WHOLE_MAX && digits / scale === value;
}
