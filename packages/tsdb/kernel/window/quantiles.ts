// The quantile of each window: its values are kept in order, and each step puts in what has come and takes out what has gone. Equal values
// stand in the order of their times, a NaN below every number, as packages/promql/src/engine/quantile.ts sorts them.
import { answer, fromOf, numberOf, parameter, SORTED, toOf, valueAt } from './memory';

/** The parameter is the quantile that is asked for. Windows begin and end in rising order, and none has more samples than there is room for. */
export function quantileWindows(windows: u32): void {
  let first: u32 = 0;
  let behind: u32 = 0;
  let length: u32 = 0;
  for (let window: u32 = 0; window < windows; window++) {
    const from = fromOf(window);
    const to = toOf(window);
    if (from >= behind) {
      length = 0;
      first = from;
      behind = from;
    }
    for (; first < from; first++) length = takeOut(valueAt(first), length);
    for (; behind < to; behind++) length = putIn(valueAt(behind), length);
    answer(window, quantile(numberOf(parameter, window), length));
  }
}

/** Not to be used where the quantile is none of 0 to 1. */
function quantile(q: f64, length: u32): f64 {
  if (length === 0 || !(q >= 0 && q <= 1)) return NaN;
  const rank = q * <f64>(length - 1);
  const lower = floor<f64>(rank);
  const at = <u32>lower;
  const upper = min<u32>(length - 1, at + 1);
  const weight = rank - lower;
  return sortedAt(at) * (1 - weight) + sortedAt(upper) * weight;
}

/** Behind its equals. */
function putIn(value: f64, length: u32): u32 {
  let low: u32 = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBelow(value, sortedAt(middle))) high = middle;
    else low = middle + 1;
  }
  const at = placeOf(low);
  memory.copy(at + 8, at, (<usize>(length - low)) << 3);
  store<f64>(at, value);
  return length + 1;
}

/** The first of its equals: the oldest. */
function takeOut(value: f64, length: u32): u32 {
  let low: u32 = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBelow(sortedAt(middle), value)) low = middle + 1;
    else high = middle;
  }
  const at = placeOf(low);
  memory.copy(at, at + 8, (<usize>(length - low - 1)) << 3);
  return length - 1;
}

function isBelow(a: f64, b: f64): bool {
  return a < b || (a !== a && b === b);
}

function sortedAt(i: u32): f64 {
  return load<f64>(placeOf(i));
}

function placeOf(i: u32): usize {
  return SORTED + ((<usize>i) << 3);
}
