import type { Millis } from '@tidemark/base';
import { lowerBound } from '../codec/columns.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { RolledColumns } from './rolled-columns.ts';
import type { RolledHistogram } from './rolled-histogram.ts';
import type { Sketch } from './sketch.ts';
import { areZeros, zerosOf } from './zeros.ts';

/** Some windows of a series: those that end in a range, its start excluded. */
export interface WindowStretch {
  readonly windows: RolledColumns;
  readonly from: number;
  readonly to: number;
  readonly range: TimeRange;
}

export function stretchIn(windows: RolledColumns, range: TimeRange): WindowStretch {
  const { endMs, length } = windows;
  const from = lowerBound(endMs, 0, length, range.fromMs + 1);
  return { windows, from, to: lowerBound(endMs, from, length, range.toMs + 1), range };
}

/**
 * Stretches of one series and width, in rising time, as one; columns are put together when they are asked for.
 */
export class JoinedWindows implements RolledColumns {
  readonly widthMs: Millis;
  readonly length: number;
  readonly #all: readonly WindowStretch[];
  /** Those that have windows. */
  readonly #stretches: readonly WindowStretch[];
  // A field for each: they are looked at for each window that is asked.
  #endMs: Float64Array | undefined;
  #count: Float64Array | undefined;
  #firstMs: Float64Array | undefined;
  #lastMs: Float64Array | undefined;
  #first: Float64Array | undefined;
  #last: Float64Array | undefined;
  #min: Float64Array | undefined;
  #max: Float64Array | undefined;
  #sum: Float64Array | undefined;
  #resetCorrection: Float64Array | null | undefined;
  #resets: Float64Array | null | undefined;
  #changes: Float64Array | null | undefined;
  #deviation: Float64Array | null | undefined;
  #staleAtEnd: Uint8Array | undefined;
  #sketches: readonly (Sketch | null)[] | null | undefined;
  #histograms: readonly (RolledHistogram | null)[] | null | undefined;

  constructor(widthMs: Millis, stretches: readonly WindowStretch[]) {
    this.widthMs = widthMs;
    this.#all = stretches;
    this.#stretches = stretches.filter(({ from, to }) => from < to);
    this.length = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  }

  get endMs(): Float64Array {
    this.#endMs ??= this.#frame('endMs');
    return this.#endMs;
  }

  get count(): Float64Array {
    this.#count ??= this.#frame('count');
    return this.#count;
  }

  get firstMs(): Float64Array {
    this.#firstMs ??= this.#frame('firstMs');
    return this.#firstMs;
  }

  get lastMs(): Float64Array {
    this.#lastMs ??= this.#frame('lastMs');
    return this.#lastMs;
  }

  get first(): Float64Array {
    this.#first ??= this.#join('first');
    return this.#first;
  }

  get last(): Float64Array {
    this.#last ??= this.#join('last');
    return this.#last;
  }

  get min(): Float64Array {
    this.#min ??= this.#join('min');
    return this.#min;
  }

  get max(): Float64Array {
    this.#max ??= this.#join('max');
    return this.#max;
  }

  get sum(): Float64Array {
    this.#sum ??= this.#join('sum');
    return this.#sum;
  }

  get sumIsExact(): boolean {
    return this.#stretches.every(({ windows, from, to }) => windows.sumIsExact || isEachKept(windows.changes, from, to));
  }

  get resetCorrection(): Float64Array | null {
    if (this.#resetCorrection === undefined) this.#resetCorrection = this.resets && this.#join('resetCorrection');
    return this.#resetCorrection;
  }

  get resets(): Float64Array | null {
    if (this.#resets === undefined) this.#resets = orNull(this.#join('resets'));
    return this.#resets;
  }

  get changes(): Float64Array | null {
    if (this.#changes === undefined) this.#changes = orNull(this.#join('changes'));
    return this.#changes;
  }

  get deviation(): Float64Array | null {
    if (this.#deviation === undefined) this.#deviation = this.changes && this.#join('deviation');
    return this.#deviation;
  }

  get sketches(): readonly (Sketch | null)[] | null {
    if (this.#sketches === undefined) {
      const parts = this.#stretches.map(({ windows, from, to }) => windows.sketches?.slice(from, to) ?? null);
      const isKept = this.changes !== null && parts.some((part) => part !== null);
      this.#sketches = isKept ? parts.flatMap((part, i) => part ?? noneFor(this.#stretches[i])) : null;
    }
    return this.#sketches;
  }

  get histograms(): readonly (RolledHistogram | null)[] | null {
    if (this.#histograms === undefined) {
      const parts = this.#stretches.map(({ windows, from, to }) => windows.histograms?.slice(from, to) ?? null);
      const areThere = parts.some((part) => part !== null);
      this.#histograms = areThere ? parts.flatMap((part, i) => part ?? noneFor(this.#stretches[i])) : null;
    }
    return this.#histograms;
  }

  get staleAtEnd(): Uint8Array {
    this.#staleAtEnd ??= this.#joinStale();
    return this.#staleAtEnd;
  }

  #joinStale(): Uint8Array {
    const joined = new Uint8Array(this.length);
    let at = 0;
    for (const { windows, from, to } of this.#stretches) {
      joined.set(windows.staleAtEnd.subarray(from, to), at);
      at += to - from;
    }
    return joined;
  }

  get staleEndMs(): Float64Array {
    return Float64Array.from(
      this.#all.flatMap(({ windows, range }) => [...windows.staleEndMs.filter((each) => each > range.fromMs && each <= range.toMs)]),
    );
  }

  /** Series that were scraped together have the very same columns: what was put together for the one before is there. */
  #frame(name: FrameColumn): Float64Array {
    const known = lastFrames[name];
    if (known !== null && isOf(known, this.#stretches)) return known.column;
    const column = this.#join(name);
    lastFrames[name] = { parts: this.#stretches.map(({ windows, from, to }) => ({ endMs: windows.endMs, from, to })), column };
    return column;
  }

  #join(name: NumberColumn | MaybeColumn): Float64Array {
    if (this.#stretches.length === 1) {
      const [{ windows, from, to }] = this.#stretches;
      const column = windows[name];
      if (column !== null) return column.subarray(from, to);
    }
    if (this.#stretches.every(({ windows }) => isAllZeros(windows[name]))) return zerosOf(this.length);
    const joined = new Float64Array(this.length);
    let at = 0;
    for (const { windows, from, to } of this.#stretches) {
      const column = windows[name];
      if (column !== null) joined.set(column.subarray(from, to), at);
      else joined.fill(Number.NaN, at, at + to - from);
      at += to - from;
    }
    return joined;
  }
}

/** Columns of the frame, put together last: a frame is known by its ends. */
interface JoinedFrame {
  readonly parts: readonly { readonly endMs: Float64Array; readonly from: number; readonly to: number }[];
  readonly column: Float64Array;
}

const lastFrames: Record<FrameColumn, JoinedFrame | null> = { endMs: null, count: null, firstMs: null, lastMs: null };

function isOf({ parts }: JoinedFrame, stretches: readonly WindowStretch[]): boolean {
  if (parts.length !== stretches.length) return false;
  return parts.every(
    ({ endMs, from, to }, i) => stretches[i].windows.endMs === endMs && stretches[i].from === from && stretches[i].to === to,
  );
}

function isAllZeros(column: Float64Array | null): boolean {
  return column !== null && areZeros(column);
}

/** What no window has there is not. */
function orNull(column: Float64Array): Float64Array | null {
  if (column.length === 0) return column;
  for (let i = 0; i < column.length; i++) if (column[i] === column[i]) return column;
  return null;
}

function isEachKept(column: Float64Array | null, from: number, to: number): boolean {
  return column !== null && !column.subarray(from, to).some(Number.isNaN);
}

function noneFor({ from, to }: WindowStretch): null[] {
  return new Array(to - from).fill(null);
}

type FrameColumn = 'endMs' | 'count' | 'firstMs' | 'lastMs';
type NumberColumn = 'endMs' | 'count' | 'firstMs' | 'lastMs' | 'first' | 'last' | 'min' | 'max' | 'sum';
type MaybeColumn = 'resetCorrection' | 'resets' | 'changes' | 'deviation';
