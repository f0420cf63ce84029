import { GATED_APART, restsWith } from './beside.ts';
import { asDecimals, digitsOf, EXPONENT_MAX, fromDigits } from './decimal.ts';
import { decodeBeside, decodeGated, decodeIntegers, decodeSteps, encodeBeside, encodeIntegers } from './integers.ts';
import { decodeSpecials, encodeSpecials, findSpecials, SPECIAL_SHARE_MAX, type Special, withoutSpecials } from './specials.ts';
import { WideReader, WideWriter } from './wide-bytes.ts';

/**
 * The values of a chunk, every bit of them. Drawn byte by byte in docs/format/chunk.md. This is the plain form: the
 * kernel (packages/tsdb/kernel) does the same work, and the tests hold it against this, byte for byte.
 *
 * Tokens take longer to read and are shorter: blocks may have them, the head has none.
 *
 *   values := kind:u8  [specials]  body           kind has 0x80 added when there are specials
 *
 *   0 one decimal      exponent:u8  digits:zigzag
 *   1 one value        bits:8 bytes
 *   2 decimals         exponent:u8  integers
 *   3 bits             integers
 *   4 near decimals    exponent:u8  integers  corrections:integers
 *   5 recalled         distances:integers  fresh:integers
 *   66 decimals beside a root        exponent:u8  integers
 *   68 near decimals beside a root   exponent:u8  integers  corrections:integers       both rest where the root does
 */
export function encodeValues(values: Float64Array, mayTokens = false): Uint8Array {
  const { words, specials } = setApart(values);
  const { kind, bytes } = encodeBody(words, mayTokens);
  return withSpecials(kind, specials, bytes);
}

/**
 * Decimals told against the steps of a root, or near decimals that rest where it does; null when they are all one, neither of these, or
 * have too many symbols.
 */
export function encodeValuesBeside(values: Float64Array, root: readonly bigint[]): Uint8Array | null {
  const { words, specials } = setApart(values);
  if (words.every((bits) => bits === words[0])) return null;
  const plain = new Float64Array(words.buffer);
  const decimals = asDecimals(plain);
  const body =
    decimals === null ? encodeNearBeside(plain, words, root) : besideBody(decimals.exponent, encodeBeside(decimals.digits, root));
  return body && withSpecials(body.kind, specials, body.bytes);
}

function besideBody(exponent: number, integers: WideWriter | null): Body | null {
  return integers && { kind: DECIMALS | BESIDE, bytes: scaled(exponent, integers) };
}

/** With as many digits behind the point as there is room for: a factor makes up for those that are none. */
function encodeNearBeside(values: Float64Array, words: BigUint64Array, root: readonly bigint[]): Body | null {
  if (!restsWith(words, root)) return null;
  for (const exponent of NEAR_EXPONENTS.toReversed()) {
    const near = asNear(values, words, exponent);
    if (near === null) continue;
    const digits = encodeBeside(near.digits, root, true, GATED_APART);
    const corrections = encodeBeside(near.corrections, root, false, GATED_APART);
    if (digits === null || corrections === null) return null;
    const bytes = scaled(exponent, digits);
    bytes.append(corrections);
    return { kind: NEAR_DECIMALS | BESIDE, bytes };
  }
  return null;
}

/** The steps that values are told against, of a chunk of decimals; `base` are those that it is told against itself. Throws `RangeError` on damage. */
export function decodeRoot(bytes: Uint8Array, count: number, base: readonly bigint[] = []): bigint[] {
  const reader = new WideReader(bytes);
  const kind = reader.u8();
  if (kind & WITH_SPECIALS) decodeSpecials(reader, count);
  if ((kind & ~(WITH_SPECIALS | BESIDE)) !== DECIMALS) throw new RangeError('a root that is not of decimals');
  decodeExponent(reader);
  const steps = decodeSteps(reader, count, kind & BESIDE ? base : null);
  if (reader.remaining > 0) throw new RangeError('bytes behind the last value');
  return steps;
}

/** `bytes` are all of it; `root` is what values beside one are told against. Throws `RangeError` on damage. */
export function decodeValues(bytes: Uint8Array, count: number, root: readonly bigint[] = []): Float64Array {
  const reader = new WideReader(bytes);
  const kind = reader.u8();
  const specials = kind & WITH_SPECIALS ? decodeSpecials(reader, count) : [];
  const words = decodeBody(reader, kind & ~WITH_SPECIALS, count, root);
  if (reader.remaining > 0) throw new RangeError('bytes behind the last value');
  for (const { position, bits } of specials) words[position] = bits;
  return new Float64Array(words.buffer);
}

const WITH_SPECIALS = 0x80;
const ONE_DECIMAL = 0;
const ONE_VALUE = 1;
const DECIMALS = 2;
const BITS = 3;
const NEAR_DECIMALS = 4;
const RECALLED = 5;
const BESIDE = 0x40;

/** So many values back an equal one is looked for. */
const RECALL_MAX = 64;

/** The exponents that near decimals are tried with: milliseconds, microseconds and nanoseconds of seconds. */
const NEAR_EXPONENTS = [3, 6, 9];

/** A value is near a decimal within this many steps of its last bit. */
const CORRECTION_MAX = 2n ** 20n;

/** The values without their specials, where these are few enough to be listed. */
function setApart(values: Float64Array): { words: BigUint64Array<ArrayBuffer>; specials: Special[] } {
  const words = new BigUint64Array(values.slice().buffer);
  const specials = words.every((bits) => bits === words[0]) ? [] : findSpecials(words);
  const few = specials.length > 0 && specials.length <= values.length * SPECIAL_SHARE_MAX;
  return few ? { words: withoutSpecials(words), specials } : { words, specials: [] };
}

function withSpecials(kind: number, specials: readonly Special[], body: WideWriter): Uint8Array {
  const out = new WideWriter();
  out.u8(kind | (specials.length > 0 ? WITH_SPECIALS : 0));
  if (specials.length > 0) encodeSpecials(out, specials);
  out.append(body);
  return out.finish();
}

interface Body {
  readonly kind: number;
  readonly bytes: WideWriter;
}

function encodeBody(words: BigUint64Array<ArrayBuffer>, mayTokens: boolean): Body {
  const values = new Float64Array(words.buffer);
  if (words.every((bits) => bits === words[0])) return encodeOne(values.subarray(0, 1), words[0]);
  const decimals = asDecimals(values);
  if (decimals !== null) return { kind: DECIMALS, bytes: scaled(decimals.exponent, encodeIntegers(decimals.digits, true, mayTokens)) };
  const plain: Body = {
    kind: BITS,
    bytes: encodeIntegers(
      Array.from(words, (bits) => BigInt.asIntN(64, bits)),
      false,
      mayTokens,
    ),
  };
  const others = NEAR_EXPONENTS.map((exponent) => encodeNear(values, words, exponent, mayTokens));
  if (mayTokens) others.push(encodeRecalled(words));
  return others.reduce<Body>((least, each) => (each !== null && each.bytes.length < least.bytes.length ? each : least), plain);
}

/** How far back the last equal value is, 0 for a fresh one; then the bits of these. */
function encodeRecalled(words: BigUint64Array): Body {
  const distances: bigint[] = [];
  const fresh: bigint[] = [];
  words.forEach((bits, i) => {
    const last = words.subarray(Math.max(0, i - RECALL_MAX), i).lastIndexOf(bits);
    distances.push(last < 0 ? 0n : BigInt(Math.min(i, RECALL_MAX) - last));
    if (last < 0) fresh.push(BigInt.asIntN(64, bits));
  });
  const bytes = encodeIntegers(distances, false, true);
  bytes.append(encodeIntegers(fresh, false, true));
  return { kind: RECALLED, bytes };
}

function decodeRecalled(reader: WideReader, count: number): BigUint64Array<ArrayBuffer> {
  const distances = decodeIntegers(reader, count);
  const freshCount = distances.filter((distance) => distance === 0n).length;
  if (freshCount === 0) throw new RangeError('nothing to recall');
  const fresh = decodeIntegers(reader, freshCount);
  const words = new BigUint64Array(count);
  let next = 0;
  distances.forEach((distance, i) => {
    if (distance < 0n || distance > i) throw new RangeError('a value recalled from before the first');
    words[i] = distance === 0n ? fresh[next++] : words[i - Number(distance)];
  });
  return words;
}

function encodeOne(value: Float64Array, bits: bigint): Body {
  const decimal = asDecimals(value);
  const bytes = new WideWriter();
  if (decimal === null) {
    bytes.littleEndian(bits, 8);
    return { kind: ONE_VALUE, bytes };
  }
  bytes.u8(decimal.exponent);
  bytes.zigzag(decimal.digits[0]);
  return { kind: ONE_DECIMAL, bytes };
}

function encodeNear(values: Float64Array, words: BigUint64Array, exponent: number, mayTokens: boolean): Body | null {
  const near = asNear(values, words, exponent);
  if (near === null) return null;
  const bytes = scaled(exponent, encodeIntegers(near.digits, true, mayTokens));
  bytes.append(encodeIntegers(near.corrections, false, mayTokens));
  return { kind: NEAR_DECIMALS, bytes };
}

/** Null when a value is not near. */
function asNear(values: Float64Array, words: BigUint64Array, exponent: number): { digits: bigint[]; corrections: bigint[] } | null {
  const digits: bigint[] = [];
  const corrections: bigint[] = [];
  for (let i = 0; i < values.length; i++) {
    const each = digitsOf(values[i], exponent);
    if (each === null) return null;
    const correction = BigInt.asIntN(64, words[i] - bitsOf(fromDigits(each, exponent)));
    if (correction > CORRECTION_MAX || correction < -CORRECTION_MAX) return null;
    digits.push(each);
    corrections.push(correction);
  }
  return { digits, corrections };
}

function scaled(exponent: number, integers: WideWriter): WideWriter {
  const bytes = new WideWriter();
  bytes.u8(exponent);
  bytes.append(integers);
  return bytes;
}

function decodeBody(reader: WideReader, kind: number, count: number, root: readonly bigint[]): BigUint64Array<ArrayBuffer> {
  switch (kind) {
    case ONE_DECIMAL: {
      const exponent = decodeExponent(reader);
      return new BigUint64Array(count).fill(bitsOf(fromDigits(reader.zigzag(), exponent)));
    }
    case ONE_VALUE:
      return new BigUint64Array(count).fill(reader.littleEndian(8));
    case DECIMALS: {
      const exponent = decodeExponent(reader);
      return BigUint64Array.from(decodeIntegers(reader, count), (digits) => bitsOf(fromDigits(digits, exponent)));
    }
    case DECIMALS | BESIDE: {
      const exponent = decodeExponent(reader);
      return BigUint64Array.from(decodeBeside(reader, count, root), (digits) => bitsOf(fromDigits(digits, exponent)));
    }
    case BITS:
      return BigUint64Array.from(decodeIntegers(reader, count));
    case RECALLED:
      return decodeRecalled(reader, count);
    case NEAR_DECIMALS: {
      const exponent = decodeExponent(reader);
      return fromNear(exponent, decodeIntegers(reader, count), decodeIntegers(reader, count));
    }
    case NEAR_DECIMALS | BESIDE: {
      const exponent = decodeExponent(reader);
      return fromNear(exponent, decodeBeside(reader, count, root), decodeGated(reader, count, root));
    }
    default:
      throw new RangeError(`values of kind ${kind}`);
  }
}

function fromNear(exponent: number, digits: readonly bigint[], corrections: readonly bigint[]): BigUint64Array<ArrayBuffer> {
  return BigUint64Array.from(digits, (each, i) => bitsOf(fromDigits(each, exponent)) + corrections[i]);
}

function decodeExponent(reader: WideReader): number {
  const exponent = reader.u8();
  if (exponent > EXPONENT_MAX) throw new RangeError('an exponent beyond 12');
  return exponent;
}

function bitsOf(value: number): bigint {
  scratch[0] = value;
  return scratchBits[0];
}

const scratch = new Float64Array(1);
const scratchBits = new BigUint64Array(scratch.buffer);
