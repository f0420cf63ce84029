import type { Millis } from '@tidemark/base';
import { lowerBound } from '../codec/columns.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { RolledColumns } from './rolled-columns.ts';
import type { Sketch } from './sketch.ts';

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
 * Stretches of one series and width, in rising time, as one; columns are put together when they are asked for. What one of a counter's and
 * a gauge's does not have, none has. Of resets it is said by each window, as NaN, that they are not kept; `shown` to others, none are
 * when some are not.
 */
export class JoinedWindows implements RolledColumns {
  readonly widthMs: Millis;
  readonly length: number;
  readonly #isShown: boolean;
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

  constructor(widthMs: Millis, stretches: readonly WindowStretch[], shown: 'shown' | 'inside' = 'inside') {
    this.widthMs = widthMs;
    this.#isShown = shown === 'shown';
    this.#all = stretches;
    this.#stretches = stretches.filter(({ from, to }) => from < to);
    this.length = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  }

  get endMs(): Float64Array {
    this.#endMs ??= this.#join('endMs') as Float64Array;
    return this.#endMs;
  }

  get count(): Float64Array {
    this.#count ??= this.#join('count') as Float64Array;
    return this.#count;
  }

  get firstMs(): Float64Array {
    this.#firstMs ??= this.#join('firstMs') as Float64Array;
    return this.#firstMs;
  }

  get lastMs(): Float64Array {
    this.#lastMs ??= this.#join('lastMs') as Float64Array;
    return this.#lastMs;
  }

  get first(): Float64Array {
    this.#first ??= this.#join('first') as Float64Array;
    return this.#first;
  }

  get last(): Float64Array {
    this.#last ??= this.#join('last') as Float64Array;
    return this.#last;
  }

  get min(): Float64Array {
    this.#min ??= this.#join('min') as Float64Array;
    return this.#min;
  }

  get max(): Float64Array {
    this.#max ??= this.#join('max') as Float64Array;
    return this.#max;
  }

  get sum(): Float64Array {
    this.#sum ??= this.#join('sum') as Float64Array;
    return this.#sum;
  }

  get sumIsExact(): boolean {
    return this.#stretches.every(({ windows }) => windows.sumIsExact);
  }

  get resetCorrection(): Float64Array | null {
    if (this.#resetCorrection === undefined) this.#resetCorrection = this.#joinByEach('resetCorrection');
    return this.#resetCorrection;
  }

  get resets(): Float64Array | null {
    if (this.#resets === undefined) this.#resets = this.#joinByEach('resets');
    return this.#resets;
  }

  get changes(): Float64Array | null {
    if (this.#changes === undefined) this.#changes = this.#join('changes');
    return this.#changes;
  }

  get deviation(): Float64Array | null {
    if (this.#deviation === undefined) this.#deviation = this.#join('deviation');
    return this.#deviation;
  }

  get sketches(): readonly (Sketch | null)[] | null {
    if (this.#sketches === undefined) {
      const parts = this.#stretches.map(({ windows, from, to }) => windows.sketches?.slice(from, to));
      this.#sketches = parts.every((part) => part !== undefined) ? parts.flat() : null;
    }
    return this.#sketches;
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

  #joinByEach(name: 'resets' | 'resetCorrection'): Float64Array | null {
    if (this.#stretches.every(({ windows }) => windows[name] === null)) return null;
    const column = this.#join(name) as Float64Array;
    return this.#isShown && column.some(Number.isNaN) ? null : column;
  }

  #join(name: NumberColumn | MaybeColumn): Float64Array | null {
    const joined = new Float64Array(this.length);
    let at = 0;
    for (const { windows, from, to } of this.#stretches) {
      const column = windows[name];
      if (column !== null) joined.set(column.subarray(from, to), at);
      else if (name === 'resets' || name === 'resetCorrection') joined.fill(Number.NaN, at, at + to - from);
      else return null;
      at += to - from;
    }
    return joined;
  }
}

type NumberColumn = 'endMs' | 'count' | 'firstMs' | 'lastMs' | 'first' | 'last' | 'min' | 'max' | 'sum';
type MaybeColumn = 'resetCorrection' | 'resets' | 'changes' | 'deviation';
