import { factorOf, notBelowZero, reachBetween, secondsOf } from '../functions/extrapolation.ts';
import type { RolledFunction } from './rolled-function.ts';
import { CHANGES_OF_HISTOGRAMS, growthOfHistograms, RESETS_OF_HISTOGRAMS, UNKNOWN } from './rolled-histograms.ts';

/** How fast counters and gauges move, out of windows. */

function ofCounter(perSecond: boolean): RolledFunction {
  return {
    need: 'resets',
    ofHistograms: growthOfHistograms(true, perSecond),
    answer(span) {
      const { windows, from, to } = span;
      const { first, last, count } = windows;
      const resetCorrection = windows.resetCorrection as Float64Array;
      // What was lost at each reset: within windows, and from one to the next.
      let growth = last[to - 1] - first[from] + resetCorrection[from];
      let samples = count[from];
      for (let i = from + 1; i < to; i++) {
        if (first[i] < last[i - 1]) growth += last[i - 1];
        growth += resetCorrection[i];
        samples += count[i];
      }
      if (samples < 2) return undefined;
      const reach = reachBetween(windows.firstMs[from], windows.lastMs[to - 1], samples, span);
      notBelowZero(reach, first[from], growth);
      return growth * (perSecond ? factorOf(reach, secondsOf(span)) : factorOf(reach, 1) * span.share);
    },
  };
}

const delta: RolledFunction = {
  need: null,
  ofHistograms: growthOfHistograms(false, false),
  answer(span) {
    const { windows, from, to } = span;
    let samples = 0;
    for (let i = from; i < to; i++) samples += windows.count[i];
    if (samples < 2) return undefined;
    const reach = reachBetween(windows.firstMs[from], windows.lastMs[to - 1], samples, span);
    return (windows.last[to - 1] - windows.first[from]) * factorOf(reach, 1) * span.share;
  },
};

/** As between the last two samples, of which one is known: between the last of two windows, or the ends of the only one. */
function lastTwo(isCounter: boolean, perSecond: boolean): RolledFunction {
  return {
    need: isCounter ? 'resets' : null,
    ofHistograms: UNKNOWN,
    answer({ windows, from, to }) {
      const at = to - 1;
      const isAlone = at === from;
      if (isAlone && windows.count[at] < 2) return undefined;
      const before = isAlone ? windows.first[at] : windows.last[at - 1];
      const seconds = (windows.lastMs[at] - (isAlone ? windows.firstMs[at] : windows.lastMs[at - 1])) / 1000;
      let growth = windows.last[at] - before;
      if (isCounter) {
        growth += (windows.resetCorrection as Float64Array)[at];
        if (!isAlone && windows.first[at] < before) growth += before;
      }
      // Of so many samples one step is asked.
      return perSecond ? growth / seconds : growth / (isAlone ? windows.count[at] - 1 : windows.count[at]);
    },
  };
}

const resets: RolledFunction = {
  need: 'resets',
  ofHistograms: RESETS_OF_HISTOGRAMS,
  answer({ windows, from, to, share }) {
    const within = windows.resets as Float64Array;
    let count = within[from];
    for (let i = from + 1; i < to; i++) count += within[i] + (windows.first[i] < windows.last[i - 1] ? 1 : 0);
    return count * share;
  },
};

const changes: RolledFunction = {
  need: 'changes',
  ofHistograms: CHANGES_OF_HISTOGRAMS,
  answer({ windows, from, to, share }) {
    const within = windows.changes as Float64Array;
    let count = within[from];
    for (let i = from + 1; i < to; i++) count += within[i] + (differ(windows.last[i - 1], windows.first[i]) ? 1 : 0);
    return count * share;
  },
};

function differ(before: number, after: number): boolean {
  return before !== after && !(Number.isNaN(before) && Number.isNaN(after));
}

export const ROLLED_RATES = {
  changes,
  delta,
  idelta: lastTwo(false, false),
  increase: ofCounter(false),
  irate: lastTwo(true, true),
  rate: ofCounter(true),
  resets,
} satisfies Record<string, RolledFunction>;
