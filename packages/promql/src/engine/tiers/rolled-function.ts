import type { RolledColumns } from '@tidemark/tsdb/rollup';

/** Windows `[from, to)` of one series, which lie within one step's range; at least one. */
export interface RolledSpan {
  readonly windows: RolledColumns;
  from: number;
  to: number;
  /** Ends of all of them together, samples or not. */
  startMs: number;
  endMs: number;
  /** What was asked for, as a share of that: 1 where windows fit. */
  share: number;
  /** When the query asks, and the step's number. */
  evalMs: number;
  step: number;
}

/** What some kinds of series do not keep. */
export type Need = 'changes' | 'deviation' | 'resets' | 'sketches' | 'sum';

/** A function of a range vector, made of windows: as from the samples themselves, as far as they tell. Undefined: no answer. */
export interface RolledFunction {
  readonly need: Need | null;
  readonly answer: (span: RolledSpan) => number | undefined;
}

/** Can the function be answered from them at all; and if so, as well as is said of it? */
export function keeps(windows: RolledColumns, need: Need | null): 'all' | 'less' | 'nothing' {
  switch (need) {
    case null:
      return 'all';
    case 'sum':
      return windows.sumIsExact ? 'all' : 'less';
    default:
      return windows[need] === null ? 'nothing' : 'all';
  }
}
