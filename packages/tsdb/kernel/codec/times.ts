// Times to bytes and back: src/codec/adaptive/times.ts says how.
import { position, seek } from './cursor';
import { decodeAsDoubles } from './integers-decode';
import { encodePlanned, planIntegers } from './integers-encode';
import { BYTES, DIGITS, slot, TIMES } from './memory';

const INTEGER_MAX: f64 = 9007199254740991;
const SPAN_TIMES_COUNT_MAX: f64 = 1125899906842624; // 2^50

/** Writes `count` times to `BYTES` and returns how many bytes they take; -1 when they cannot be written. */
export function encodeTimes(count: u32): i32 {
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
  planIntegers(DIGITS, count, false);
  encodePlanned(count);
  return <i32>(position() - BYTES);
}

/** Reads `count` times, which take all of `bytes` at `BYTES`, to `TIMES`. False on damage. */
export function decodeTimes(bytes: u32, count: u32, first: f64, last: f64): bool {
  if (!mayBeTimes(first, last, count)) return false;
  if (bytes === 0) {
    memory.fill(TIMES, 0, (<usize>count) << 3);
  } else {
    seek(BYTES);
    if (!decodeAsDoubles(count, TIMES) || position() !== BYTES + bytes) return false;
  }
  let previous = -Infinity;
  let rising = true;
  for (let i: u32 = 0; i < count; i++) {
    const time = load<f64>(slot(TIMES, i)) + lineAt(first, last, count, i);
    store<f64>(slot(TIMES, i), time);
    rising = rising && time > previous;
    previous = time;
  }
  return rising && load<f64>(TIMES) === first && previous === last;
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
