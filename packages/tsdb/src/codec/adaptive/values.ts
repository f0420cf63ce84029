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
 *   values := nothing                             of a block: every value is 0
 *           | kind:u8  [specials]  body           kind has 0x80 added when there are specials, 0x40 beside a root
 *
 *   1 one value                      bits:8 bytes
 *   3 bits                           integers
 *   5 recalled                       distances:integers  fresh:integers
 *   8 + exponent / 3 sums            integers  corrections:integers       near decimals that rise: each told by what it is more than the one before
 *   0x10 + exponent one decimal      digits:zigzag
 *   0x20 + exponent near decimals    integers  corrections:integers       beside a root both rest where that does; the exponent is not 0
 *   0x30 + exponent decimals         integers
 *
 * Blocks before version 8 have 0, 4, and 2 for the last three, and the exponent as a byte of its own before the body.
 */
export function encodeValues(values: Float64Array, mayTokens = false): Uint8Array {
  const { words, specials } = setApart(values);
  if (mayTokens && specials.length === 0 && words.every((bits) => bits === 0n)) return new Uint8Array(0);
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
  return integers && { kind: DECIMALS | exponent | BESIDE, bytes: integers };
}

/** With as many digits behind the point as there is room for: a factor makes up for those that are none. */
function encodeNearBeside(values: Float64Array, words: BigUint64Array, root: readonly bigint[]): Body | null {
  if (!restsWith(words, root)) return null;
  const asSums = isRising(values);
  for (const exponent of NEAR_EXPONENTS.toReversed()) {
    const near = asNear(values, words, exponent, asSums);
    if (near === null) continue;
    const digits = encodeBeside(near.digits, root, true, GATED_APART);
    const corrections = encodeBeside(near.corrections, root, false, GATED_APART);
    if (digits === null || corrections === null) return null;
    digits.append(corrections);
    return { kind: nearKind(exponent, asSums) | BESIDE, bytes: digits };
  }
  return null;
}

/** The steps that values are told against, of a chunk of decimals; `base` are those that it is told against itself. Throws `RangeError` on damage. */
export function decodeRoot(bytes: Uint8Array, count: number, base: readonly bigint[] = []): bigint[] {
  const reader = new WideReader(bytes);
  const kind = reader.u8();
  if (kind & WITH_SPECIALS) decodeSpecials(reader, count);
  if (takeForm(reader, kind & ~(WITH_SPECIALS | BESIDE)).form !== DECIMALS) throw new RangeError('a root that is not of decimals');
  const steps = decodeSteps(reader, count, kind & BESIDE ? base : null);
  if (reader.remaining > 0) throw new RangeError('bytes behind the last value');
  return steps;
}

/** `bytes` are all of it; `root` is what values beside one are told against. Throws `RangeError` on damage. */
export function decodeValues(bytes: Uint8Array, count: number, root: readonly bigint[] = []): Float64Array {
  if (bytes.length === 0) return new Float64Array(count);
  const reader = new WideReader(bytes);
  const kind = reader.u8();
  const specials = kind & WITH_SPECIALS ? decodeSpecials(reader, count) : [];
  const words = decodeBody(reader, kind & ~WITH_SPECIALS, count, root);
  if (reader.remaining > 0) throw new RangeError('bytes behind the last value');
  for (const { position, bits } of specials) words[position] = bits;
  return new Float64Array(words.buffer);
}

const WITH_SPECIALS = 0x80;
const BESIDE = 0x40;
const ONE_VALUE = 1;
const BITS = 3;
const RECALLED = 5;
const SUMS = 8;

/** Those with an exponent in the lowest four bits. */
const ONE_DECIMAL = 0x10;
const NEAR_DECIMALS = 0x20;
const DECIMALS = 0x30;
const WITH_EXPONENT = 0x30;

/** Before version 8 of blocks. */
const EXPONENTS_APART = new Map([
  [0, ONE_DECIMAL],
  [2, DECIMALS],
  [4, NEAR_DECIMALS],
]);

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
  if (decimals !== null) return { kind: DECIMALS | decimals.exponent, bytes: encodeIntegers(decimals.digits, true, mayTokens) };
  const plain: Body = {
    kind: BITS,
    bytes: encodeIntegers(
      Array.from(words, (bits) => BigInt.asIntN(64, bits)),
      false,
      mayTokens,
    ),
  };
  const asSums = isRising(values);
  const others = NEAR_EXPONENTS.map((exponent) => encodeNear(values, words, exponent, asSums, mayTokens));
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
  bytes.zigzag(decimal.digits[0]);
  return { kind: ONE_DECIMAL | decimal.exponent, bytes };
}

function encodeNear(values: Float64Array, words: BigUint64Array, exponent: number, asSums: boolean, mayTokens: boolean): Body | null {
  const near = asNear(values, words, exponent, asSums);
  if (near === null) return null;
  const bytes = encodeIntegers(near.digits, true, mayTokens);
  bytes.append(encodeIntegers(near.corrections, false, mayTokens));
  return { kind: nearKind(exponent, asSums), bytes };
}

interface Near {
  readonly digits: bigint[];
  /** What is to be added to the bits of each. Of sums, what has been added to theirs so far: where they rest, so does it. */
  readonly corrections: bigint[];
}

/** Null when a value is not near. */
function asNear(values: Float64Array, words: BigUint64Array, exponent: number, asSums: boolean): Near | null {
  const digits: bigint[] = [];
  const corrections: bigint[] = [];
  for (let i = 0; i < values.length; i++) {
    const each = digitsOf(values[i], exponent);
    if (each === null) return null;
    const added = asSums && i > 0;
    const near = added ? values[i - 1] + fromDigits(each - digits[i - 1], exponent) : fromDigits(each, exponent);
    const correction = BigInt.asIntN(64, words[i] - bitsOf(near));
    if (correction > CORRECTION_MAX || correction < -CORRECTION_MAX) return null;
    digits.push(each);
    corrections.push(added ? corrections[i - 1] + correction : correction);
  }
  return { digits, corrections };
}

function decodeBody(reader: WideReader, kind: number, count: number, root: readonly bigint[]): BigUint64Array<ArrayBuffer> {
  if (kind === ONE_VALUE) return new BigUint64Array(count).fill(reader.littleEndian(8));
  if (kind === BITS) return BigUint64Array.from(decodeIntegers(reader, count));
  if (kind === RECALLED) return decodeRecalled(reader, count);
  const { form, exponent } = takeForm(reader, kind & ~BESIDE);
  switch (form | (kind & BESIDE)) {
    case ONE_DECIMAL:
      return new BigUint64Array(count).fill(bitsOf(fromDigits(reader.zigzag(), exponent)));
    case DECIMALS:
      return BigUint64Array.from(decodeIntegers(reader, count), (digits) => bitsOf(fromDigits(digits, exponent)));
    case DECIMALS | BESIDE:
      return BigUint64Array.from(decodeBeside(reader, count, root), (digits) => bitsOf(fromDigits(digits, exponent)));
    case NEAR_DECIMALS:
      return fromNear(exponent, decodeIntegers(reader, count), decodeIntegers(reader, count));
    case SUMS:
      return fromSums(exponent, decodeIntegers(reader, count), decodeIntegers(reader, count));
    case SUMS | BESIDE:
      return fromSums(exponent, decodeBeside(reader, count, root), decodeGated(reader, count, root));
    case NEAR_DECIMALS | BESIDE:
      return fromNear(exponent, decodeBeside(reader, count, root), decodeGated(reader, count, root));
    default:
      throw new RangeError(`values of kind ${kind}`);
  }
}

function fromNear(exponent: number, digits: readonly bigint[], corrections: readonly bigint[]): BigUint64Array<ArrayBuffer> {
  return BigUint64Array.from(digits, (each, i) => bitsOf(fromDigits(each, exponent)) + corrections[i]);
}

function fromSums(exponent: number, digits: readonly bigint[], corrections: readonly bigint[]): BigUint64Array<ArrayBuffer> {
  const words = BigUint64Array.from(digits, (each) => bitsOf(fromDigits(each, exponent)));
  const values = new Float64Array(words.buffer);
  words[0] += corrections[0];
  for (let i = 1; i < digits.length; i++) {
    values[i] = values[i - 1] + fromDigits(digits[i] - digits[i - 1], exponent);
    words[i] += corrections[i] - corrections[i - 1];
  }
  return words;
}

function nearKind(exponent: number, asSums: boolean): number {
  return asSums ? SUMS + exponent / 3 : NEAR_DECIMALS | exponent;
}

function isRising(values: Float64Array): boolean {
  return values.every((value, i) => i === 0 || value >= values[i - 1]);
}

function takeForm(reader: WideReader, kind: number): { form: number; exponent: number } {
  if (kind > SUMS && kind < ONE_DECIMAL) return checkedForm(SUMS, 3 * (kind - SUMS));
  const apart = EXPONENTS_APART.get(kind);
  const form = apart ?? kind & WITH_EXPONENT;
  if (form === 0) throw new RangeError(`values of kind ${kind}`);
  return checkedForm(form, apart === undefined ? kind & ~WITH_EXPONENT : reader.u8());
}

function checkedForm(form: number, exponent: number): { form: number; exponent: number } {
  if (exponent > EXPONENT_MAX || (form === NEAR_DECIMALS && exponent === 0)) throw new RangeError('an exponent that cannot be');
  return { form, exponent };
}

function bitsOf(value: number): bigint {
  scratch[0] = value;
  return scratchBits[0];
}

const scratch = new Float64Array(1);
const scratchBits = new BigUint64Array(scratch.buffer);
