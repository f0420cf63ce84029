import { assert, type Millis } from '@tidemark/base';
import type { RolledColumns, RolledWindow, SeriesKind } from './rolled-columns.ts';
import type { RolledHistogram } from './rolled-histogram.ts';
import { isSeldom } from './series-kind.ts';
import type { Sketch } from './sketch.ts';

/** What is kept of windows. */
export interface Keeping {
  readonly widthMs: Millis;
  readonly kind: SeriesKind;
  readonly sketches: boolean;
  readonly resets: 'always' | 'if seldom' | 'never';
}

/** Growing columns of windows. */
export class RolledBuffer {
  readonly #widthMs: Millis;
  readonly #kind: SeriesKind;
  readonly #hasSketches: boolean;
  readonly #resets: Keeping['resets'];
  #columns: NumberColumns;
  #staleAtEnd: Uint8Array<ArrayBuffer>;
  #sketches: (Sketch | null)[] = [];
  readonly #histograms: (RolledHistogram | null)[] = [];
  #hasHistograms = false;
  #staleEndMs: number[] = [];
  #length = 0;
  #counters = 0;

  constructor({ widthMs, kind, sketches, resets }: Keeping, capacity = 32) {
    this.#widthMs = widthMs;
    this.#kind = kind;
    this.#hasSketches = sketches && kind === 'gauge';
    this.#resets = resets;
    this.#columns = Object.fromEntries(NUMBER_COLUMNS.map((name) => [name, new Float64Array(capacity)])) as NumberColumns;
    this.#staleAtEnd = new Uint8Array(capacity);
  }

  /** What a counter does not keep is passed over. A window of one among others has no number of changes. */
  push(window: RolledWindow): void {
    const at = this.#length;
    assert(at === 0 || window.endMs > this.#columns.endMs[at - 1], 'windows rise');
    if (at === this.#staleAtEnd.length) this.#grow();
    const columns = this.#columns;
    columns.endMs[at] = window.endMs;
    columns.count[at] = window.count;
    columns.firstMs[at] = window.firstMs;
    columns.lastMs[at] = window.lastMs;
    columns.first[at] = window.first;
    columns.last[at] = window.last;
    columns.min[at] = window.min;
    columns.max[at] = window.max;
    const isCounter = this.#kind === 'counter' || Number.isNaN(window.changes);
    if (isCounter) this.#counters++;
    columns.sum[at] = isCounter ? boundedSum(window) : window.sum;
    columns.resetCorrection[at] = window.resetCorrection;
    columns.resets[at] = window.resets;
    columns.changes[at] = window.changes;
    columns.deviation[at] = isCounter ? Number.NaN : window.deviation;
    this.#staleAtEnd[at] = window.staleAtEnd ? 1 : 0;
    if (this.#hasSketches) this.#sketches.push(isCounter ? null : window.sketch);
    this.#histograms.push(window.histogram);
    this.#hasHistograms ||= window.histogram !== null;
    this.#length++;
  }

  /** A window without samples that holds a stale marker. */
  pushStale(endMs: Millis): void {
    this.#staleEndMs.push(endMs);
  }

  /** Nothing is pushed after it. */
  finish(): RolledColumns {
    const length = this.#length;
    const column = (name: NumberColumn) => this.#columns[name].subarray(0, length);
    const isGauge = this.#kind === 'gauge' && (this.#counters < length || length === 0);
    const { resets, count } = this.#columns;
    const keepsResets = this.#resets === 'always' || (this.#resets === 'if seldom' && fallsSeldom(resets, count, length));
    return {
      widthMs: this.#widthMs,
      length,
      endMs: column('endMs'),
      count: column('count'),
      firstMs: column('firstMs'),
      lastMs: column('lastMs'),
      first: column('first'),
      last: column('last'),
      min: column('min'),
      max: column('max'),
      sum: column('sum'),
      sumIsExact: isGauge && this.#counters === 0,
      resetCorrection: keepsResets ? column('resetCorrection') : null,
      resets: keepsResets ? column('resets') : null,
      changes: isGauge ? column('changes') : null,
      deviation: isGauge ? column('deviation') : null,
      sketches: this.#hasSketches && isGauge ? this.#sketches : null,
      histograms: this.#hasHistograms ? this.#histograms : null,
      staleAtEnd: this.#staleAtEnd.subarray(0, length),
      staleEndMs: Float64Array.from(this.#staleEndMs),
    };
  }

  #grow(): void {
    for (const name of NUMBER_COLUMNS) {
      const old = this.#columns[name];
      this.#columns[name] = new Float64Array(2 * old.length);
      this.#columns[name].set(old);
    }
    const old = this.#staleAtEnd;
    this.#staleAtEnd = new Uint8Array(2 * old.length);
    this.#staleAtEnd.set(old);
  }
}

/** In the middle of what a counter's sum can be. */
export function boundedSum({ count, min, max }: Pick<RolledWindow, 'count' | 'min' | 'max'>): number {
  return count * (min + (max - min) / 2);
}

/** Resets are stored one by one. */
function fallsSeldom(resets: Float64Array, counts: Float64Array, length: number): boolean {
  let falls = 0;
  let samples = 0;
  for (let i = 0; i < length; i++) {
    falls += resets[i];
    samples += counts[i];
  }
  return isSeldom(falls, samples);
}

type NumberColumn = (typeof NUMBER_COLUMNS)[number];

type NumberColumns = Record<NumberColumn, Float64Array<ArrayBuffer>>;

const NUMBER_COLUMNS = [
  'endMs',
  'count',
  'firstMs',
  'lastMs',
  'first',
  'last',
  'min',
  'max',
  'sum',
  'resetCorrection',
  'resets',
  'changes',
  'deviation',
] as const;
