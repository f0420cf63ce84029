// Times to bytes and back: src/codec/adaptive/times.ts says how.
import { position, seek } from './cursor';
import { decodeAsDoubles } from './integers-decode';
import { encodePlanned, planIntegers } from './integers-encode';
import { BYTES, DIGITS, slot, TIMES } from './memory';

const INTEGER_MAX: f64 = 9007199254740991;
const SPAN_TIMES_COUNT_MAX: f64 = 1125899906842624; // 2^50

/** Writes `count` times to `BYTES` and returns how many bytes they take; -1 when they cannot be written. */
export function encodeTimes(count: u32, mayTokens: bool): i32 {
  const first = load<f64>(TIMES);
  const last = load<f64>(slot(TIMES, count - 1));
  if (!mayBeTimes(first, last, count)) return -1;
  let previous = -Infinity;
  let onLine = true;
  for (let i: u32 = 0; i < count; i++) {
    const time = load<f64>(slot(TIMES, i));
    if (!(time > previous) || floor<f64>(time) !== time) return -1;
    previous = time;
    const residual = <i64>(time - lineAt(first, last, count, i));
    if (residual !== 0) onLine = false;
    store<i64>(slot(DIGITS, i), residual);
  }
  if (onLine) return 0;
  seek(BYTES);
  planIntegers(DIGITS, count, false, mayTokens);
  encodePlanned(count);
  return <i32>(position() - BYTES);
}

/** Reads `count` times, which take all of `bytes` at `BYTES`, to position `at` of `TIMES`. False on damage. */
export function decodeTimes(bytes: u32, count: u32, first: f64, last: f64, at: u32): bool {
  if (!mayBeTimes(first, last, count)) return false;
  const times = slot(TIMES, at);
  if (bytes === 0) {
    writeLine(times, count, first, last);
    return last - first >= <f64>(count - 1) && (count > 1 || first === last);
  }
  seek(BYTES);
  if (!decodeAsDoubles(count, DIGITS) || position() !== BYTES + bytes) return false;
  writeLine(times, count, first, last);
  addResiduals(times, count);
  return load<f64>(times) === first && load<f64>(slot(times, count - 1)) === last && isRising(times, count);
}

/** Two at a time, as `lineAt` does one. */
function writeLine(times: usize, count: u32, first: f64, last: f64): void {
  const start = f64x2.splat(first);
  const span = f64x2.splat(last - first);
  const steps = f64x2.splat(count === 1 ? 1 : <f64>(count - 1));
  const two = f64x2.splat(2);
  let at = f64x2(0, 1);
  for (let i: u32 = 0; i < count; i += 2) {
    v128.store(slot(times, i), f64x2.add(start, f64x2.floor(f64x2.div(f64x2.mul(at, span), steps))));
    at = f64x2.add(at, two);
  }
}

function addResiduals(times: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i += 2) {
    const to = slot(times, i);
    v128.store(to, f64x2.add(v128.load(to), v128.load(slot(DIGITS, i))));
  }
}

function isRising(times: usize, count: u32): bool {
  let all = i64x2.splat(-1);
  let i: u32 = 1;
  for (; i + 1 < count; i += 2) {
    const at = slot(times, i);
    all = v128.and(all, f64x2.gt(v128.load(at), v128.load(at - 8)));
  }
  return i64x2.all_true(all) && (i >= count || load<f64>(slot(times, i)) > load<f64>(slot(times, i - 1)));
}

function mayBeTimes(first: f64, last: f64, count: u32): bool {
  return isSafeInteger(first) && isSafeInteger(last) && (last - first) * <f64>count <= SPAN_TIMES_COUNT_MAX;
}

function isSafeInteger(value: f64): bool {
  return floor<f64>(value) === value && abs<f64>(value) <= INTEGER_MAX;
}

function lineAt(first: f64, last: f64, count: u32, i: u32): f64 {
  return count === 1 ? first : first + floor<f64>((<f64>i * (last - first)) / <f64>(count - 1));
}
