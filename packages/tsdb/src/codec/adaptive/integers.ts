import { decodeUnit, encodeUnit, UNIT_MAX, unitBytes } from './unit.ts';
import { unzigzag, varintBytes, type WideReader, WideWriter, zigzag } from './wide-bytes.ts';

/**
 * Signed 64-bit integers, as residuals of one of four guesses. All arithmetic wraps at 64 bits.
 *
 *   integers := flags:u8  first:zigzag  [factor:varint]  [bias:zigzag]  unit*
 *   flags    := order, and 4 when there is a factor
 *
 * With k = (integer - first) / factor:
 *
 *   order 0   k - bias                           bias is the least k
 *   order 1   zigzag(k - previous k)             0 for the first
 *   order 2   k - previous k - bias              bias is the least such difference; 0 for the first
 *   order 3   zigzag(difference - previous difference)
 */
export function encodeIntegers(integers: readonly bigint[], mayScale: boolean): WideWriter {
  const first = integers[0];
  const factor = mayScale ? commonFactor(integers) : 1n;
  const steps = integers.map((integer) => BigInt.asIntN(64, integer - first) / factor);
  const guesses = ORDERS.map((order) => guess(steps, order));
  const best = guesses.reduce((least, each) => (each.bytes < least.bytes ? each : least));
  const out = new WideWriter();
  out.u8(best.order | (factor > 1n ? SCALED : 0));
  out.zigzag(first);
  if (factor > 1n) out.varint(factor);
  if (best.bias !== null) out.zigzag(best.bias);
  for (const unit of unitsOf(best.residuals)) encodeUnit(out, unit);
  return out;
}

/** Throws `RangeError` on damage. */
export function decodeIntegers(reader: WideReader, count: number): bigint[] {
  const flags = reader.u8();
  if (flags > (SCALED | 3)) throw new RangeError('flags that are not known');
  const order = flags & 3;
  const first = reader.zigzag();
  const factor = flags & SCALED ? reader.varint() : 1n;
  const bias = order === 0 || order === 2 ? reader.zigzag() : 0n;
  const residuals: bigint[] = [];
  for (let left = count; left > 0; left -= UNIT_MAX) residuals.push(...decodeUnit(reader, Math.min(left, UNIT_MAX)));
  return stepsOf(residuals, order, bias).map((step) => BigInt.asIntN(64, first + factor * step));
}

interface Guess {
  readonly order: number;
  readonly bias: bigint | null;
  readonly residuals: readonly bigint[];
  /** Of bias and units. */
  readonly bytes: number;
}

const ORDERS = [0, 1, 2, 3];
const SCALED = 4;

function guess(steps: readonly bigint[], order: number): Guess {
  const differences = steps.map((step, i) => (i === 0 ? 0n : BigInt.asIntN(64, step - steps[i - 1])));
  let bias: bigint | null = null;
  let residuals: bigint[];
  if (order === 0) {
    const least = steps.reduce(smaller);
    bias = least;
    residuals = steps.map((step) => BigInt.asUintN(64, step - least));
  } else if (order === 1) {
    residuals = differences.map(zigzag);
  } else if (order === 2) {
    const least = differences.length === 1 ? 0n : differences.slice(1).reduce(smaller);
    bias = least;
    residuals = differences.map((difference, i) => (i === 0 ? 0n : BigInt.asUintN(64, difference - least)));
  } else {
    residuals = differences.map((difference, i) => (i === 0 ? 0n : zigzag(difference - differences[i - 1])));
  }
  const units = unitsOf(residuals).reduce((sum, unit) => sum + unitBytes(unit), 0);
  return { order, bias, residuals, bytes: units + (bias === null ? 0 : varintBytes(zigzag(bias))) };
}

function stepsOf(residuals: readonly bigint[], order: number, bias: bigint): bigint[] {
  if (order === 0) return residuals.map((residual) => residual + bias);
  let step = 0n;
  let difference = 0n;
  return residuals.map((residual, i) => {
    if (order === 1) difference = unzigzag(residual);
    else if (order === 2) difference = i === 0 ? 0n : residual + bias;
    else difference += unzigzag(residual);
    step += difference;
    return step;
  });
}

function unitsOf(residuals: readonly bigint[]): bigint[][] {
  return Array.from({ length: Math.ceil(residuals.length / UNIT_MAX) }, (_, i) => residuals.slice(i * UNIT_MAX, (i + 1) * UNIT_MAX));
}

/** The greatest number that divides every difference of neighbours; 1 when there is none. */
function commonFactor(integers: readonly bigint[]): bigint {
  let factor = 0n;
  for (let i = 1; i < integers.length; i++) {
    let rest = integers[i] - integers[i - 1];
    if (rest < 0n) rest = -rest;
    while (rest !== 0n) [factor, rest] = [rest, factor % rest];
  }
  return factor === 0n ? 1n : factor;
}

function smaller(a: bigint, b: bigint): bigint {
  return b < a ? b : a;
}
