// How many neighbours in each window differ, or fall: counted once for the series, and taken from the counts at a window's ends.
import { answer, COUNTS, fromOf, toOf, valueAt } from './memory';

export function changesWindows(samples: u32, windows: u32): void {
  let count: u32 = 0;
  for (let i: u32 = 1; i < samples; i++) {
    const before = valueAt(i - 1);
    const after = valueAt(i);
    if (before !== after && !(before !== before && after !== after)) count++;
    keepCount(i, count);
  }
  answerCounts(windows);
}

export function resetsWindows(samples: u32, windows: u32): void {
  let count: u32 = 0;
  for (let i: u32 = 1; i < samples; i++) {
    if (valueAt(i) < valueAt(i - 1)) count++;
    keepCount(i, count);
  }
  answerCounts(windows);
}

function answerCounts(windows: u32): void {
  store<u32>(COUNTS, 0);
  for (let window: u32 = 0; window < windows; window++) {
    const from = fromOf(window);
    const to = toOf(window);
    answer(window, to > from ? <f64>(countAt(to - 1) - countAt(from)) : 0);
  }
}

/** Of pairs up to the one that ends with sample `i`. */
function keepCount(i: u32, count: u32): void {
  store<u32>(COUNTS + ((<usize>i) << 2), count);
}

function countAt(i: u32): u32 {
  return load<u32>(COUNTS + ((<usize>i) << 2));
}
