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

/** Can the function be answered from them, from each or from some; and if so, as well as is said of it? */
export function keeps(windows: RolledColumns, need: Need | null): 'all' | 'some' | 'less' | 'nothing' {
  if (need === null || windows.length === 0) return 'all';
  if (need === 'sum') return windows.sumIsExact ? 'all' : 'less';
  const kept = keptOf(windows, need);
  if (kept === null) return 'nothing';
  return kept.some(Number.isNaN) ? 'some' : 'all';
}

/** Is there a window in the span that does not keep it? */
export function isLacking({ windows, from, to }: RolledSpan, need: Need): boolean {
  const kept = keptOf(windows, need);
  for (let i = from; i < to; i++) if (kept === null || Number.isNaN(kept[i])) return true;
  return false;
}

/** NaN in windows that do not keep it: what gauges keep they all do. */
function keptOf(windows: RolledColumns, need: Need): Float64Array | null {
  if (need === 'resets') return windows.resets;
  return need === 'sketches' && windows.sketches === null ? null : windows.changes;
}
