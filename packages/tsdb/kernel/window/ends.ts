// What the ends of each window say: how many samples it has, the newest one, and how far the newest two lie apart.
import { answer, fromOf, numberOf, parameter, toOf, valueAt } from './memory';

export function countWindows(windows: u32): void {
  for (let window: u32 = 0; window < windows; window++) answer(window, <f64>(toOf(window) - fromOf(window)));
}

export function lastWindows(windows: u32): void {
  for (let window: u32 = 0; window < windows; window++) {
    const to = toOf(window);
    answer(window, to > fromOf(window) ? valueAt(to - 1) : 0);
  }
}

/** The parameter is what is divided by: seconds between the two, or 1. */
export function newestGrowth(windows: u32, counter: bool): void {
  for (let window: u32 = 0; window < windows; window++) {
    const to = toOf(window);
    if (to < fromOf(window) + 2) {
      answer(window, 0);
      continue;
    }
    const newest = valueAt(to - 1);
    const before = valueAt(to - 2);
    answer(window, (counter && newest < before ? newest : newest - before) / numberOf(parameter, window));
  }
}
