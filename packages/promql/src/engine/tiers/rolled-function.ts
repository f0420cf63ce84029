import { isGauge, type RolledColumns, type RolledHistogram } from '@tidemark/tsdb/rollup';
import type { RangeNotes } from '../functions/range-notes.ts';
import type { Sample } from '../histogram/operate.ts';

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
  /** Of windows that have native histograms and nothing else. Null: of these it has no answer, whatever is kept. */
  readonly ofHistograms: HistogramAnswer | null;
}

export interface HistogramAnswer {
  /** Which windows tell. */
  readonly of: 'all' | 'counters' | 'gauges' | 'none';
  readonly answer: (span: RolledSpan, notes: RangeNotes) => Sample | undefined;
}

/** Can the function be answered from them, from each or from some; and if so, as well as is said of it? */
export function keeps(windows: RolledColumns, what: RolledFunction): 'all' | 'some' | 'less' | 'nothing' {
  const { length, histograms, count } = windows;
  if (length === 0) return 'all';
  // Fast path: numbers throughout.
  if (histograms === null && !count.includes(0)) return keepsOfNumbers(windows, what.need);
  let lacking = 0;
  for (let i = 0; i < length; i++) if (lacksAt(windows, i, what)) lacking++;
  if (lacking === length) return 'nothing';
  return lacking > 0 || isMixed(windows, 0, length) ? 'some' : 'all';
}

/** Is there a window in the span that does not keep it, or has histograms where others have numbers? */
export function isLacking({ windows, from, to }: RolledSpan, what: RolledFunction): boolean {
  for (let i = from; i < to; i++) if (lacksAt(windows, i, what)) return true;
  return isMixed(windows, from, to);
}

/** Of a step's windows, of which none has anything else if the first one has. */
export function histogramAt({ histograms }: RolledColumns, at: number): RolledHistogram | null {
  return histograms?.[at] ?? null;
}

function keepsOfNumbers(windows: RolledColumns, need: Need | null): 'all' | 'some' | 'less' | 'nothing' {
  if (need === null) return 'all';
  if (need === 'sum') return windows.sumIsExact ? 'all' : 'less';
  const kept = keptOf(windows, need);
  if (kept === null) return 'nothing';
  for (let i = 0; i < kept.length; i++) if (kept[i] !== kept[i]) return 'some';
  return 'all';
}

function lacksAt(windows: RolledColumns, at: number, { need, ofHistograms }: RolledFunction): boolean {
  if (windows.count[at] === 0) return true;
  const histogram = histogramAt(windows, at);
  if (histogram !== null) return ofHistograms !== null && !tells(ofHistograms.of, histogram);
  if (need === null) return false;
  const kept = keptOf(windows, need);
  return kept === null || Number.isNaN(kept[at]);
}

function tells(of: HistogramAnswer['of'], histogram: RolledHistogram): boolean {
  return of === 'all' || of === (isGauge(histogram) ? 'gauges' : 'counters');
}

function isMixed({ histograms }: RolledColumns, from: number, to: number): boolean {
  if (histograms === null) return false;
  for (let i = from + 1; i < to; i++) if ((histograms[i] === null) !== (histograms[from] === null)) return true;
  return false;
}

/** NaN in windows that do not keep it: what gauges keep they all do. */
function keptOf(windows: RolledColumns, need: Need): Float64Array | null {
  if (need === 'resets') return windows.resets;
  return need === 'sketches' && windows.sketches === null ? null : windows.changes;
}
