import type { ColumnEntry, RunEntry } from '../block/run-entry.ts';
import { type Chunk, decodeSharedTimes, decodeToRun, spanOf } from '../codec/chunk.ts';
import { codecKernel } from '../kernel/codec-kernel.ts';
import { type PackedValues, packedBetween } from '../kernel/packed-values.ts';
import { DECODED_AT, RUN_AT } from '../kernel/shared-memory.ts';
import { windowKernel } from '../kernel/window-kernel.ts';
import { DECODED_RESETS_MAX, DECODED_TURNS_KEPT, DECODED_VALUES_MAX, KERNEL_SAMPLES_MAX } from '../limits.ts';
import type { SampleColumns } from '../model/sample.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { SelectedSeries } from './queryable.ts';

/**
 * Values of series in blocks as they were decoded, in the memory of the kernels: dashboards ask the same again and again. A series' chunks lie
 * behind each other, whichever block they come from. The whole is a ring: what is new takes the place of what came first, unless that
 * was used lately. Of a thread, for all of its engines.
 */
export class DecodedRuns {
  #capacity = 0;
  /** Where the next one begins. */
  #end = 0;
  /** In the order in which they came, which is that of their places, from `#first` on. */
  #runs: Run[] = [];
  #first = 0;
  /** By the first of what they are made of. */
  readonly #byFirst = new Map<RunEntry, readonly Run[]>();
  /** By the first of their columns. */
  readonly #times = new Map<ColumnEntry, readonly RunTimes[]>();
  #timesKept = 0;
  /** Counts selections. */
  #turn = 0;

  /** Another engine of the thread has room for so much. */
  grow(bytes: number): void {
    this.#capacity = Math.min(DECODED_VALUES_MAX, this.#capacity + Math.floor(bytes / 8));
  }

  /** A selection begins. */
  begin(): void {
    this.#turn++;
  }

  /** What was added of a series' runs in some blocks, if it has all of their samples in the range. `last`: what was found of them before. */
  find(runs: readonly RunEntry[], range: TimeRange, last: Run | null = null): Run | null {
    const run = last === null || last.isForgotten ? this.#of(runs) : last;
    if (run === undefined || range.fromMs < run.covers.fromMs || range.toMs > run.covers.toMs) return null;
    run.usedAt = this.#turn;
    return run;
  }

  /** Decodes `chunks`, which are those of `wanted`. Null where there is no room. Throws `RangeError` on damage. */
  add(runs: readonly RunEntry[], { stretches, count, covers }: WantedRun, chunks: readonly SharedChunk[]): Run | null {
    const at = this.#reserve(count);
    const times = at < 0 ? null : this.#timesOf(stretches, count, chunks);
    if (times === null) return null;
    const values = decodedOf(chunks, count);
    times.users++;
    const known = this.#of(runs);
    if (known !== undefined) this.#forget(known);
    const hasNaN = windowKernel().hasNaN(values);
    const resets = windowKernel().resetsOf(values, DECODED_RESETS_MAX);
    const packed = resets !== null ? windowKernel().pack(values, RUN_AT + 8 * (DECODED_AT + at)) : null;
    if (packed === null) codecKernel().run.set(values, DECODED_AT + at);
    const room = packed === null ? count : Math.ceil((count * packed.width) / 8);
    const run = { runs, at, room, packed, hasNaN, resets, covers, times, usedAt: this.#turn, isForgotten: false };
    this.#end = at + run.room;
    this.#runs.push(run);
    this.#byFirst.set(runs[0], [...(this.#byFirst.get(runs[0]) ?? []), run]);
    return run;
  }

  #of(runs: readonly RunEntry[]): Run | undefined {
    return this.#byFirst.get(runs[0])?.find((run) => areEqual(run.runs, runs));
  }

  /** Where so many values have room; -1 when what lies there is still used. */
  #reserve(room: number): number {
    if (room > this.#capacity) return -1;
    let at = this.#end;
    if (at + room > this.#capacity) {
      if (!this.#clear(at, Number.POSITIVE_INFINITY)) return -1;
      at = 0;
      this.#end = 0;
    }
    return this.#clear(at, at + room) ? at : -1;
  }

  /** The oldest lie right behind the newest. */
  #clear(from: number, to: number): boolean {
    for (; this.#first < this.#runs.length; this.#first++) {
      const oldest = this.#runs[this.#first];
      if (oldest.at < from || oldest.at >= to) break;
      if (oldest.isForgotten) continue;
      if (oldest.usedAt > this.#turn - DECODED_TURNS_KEPT) return false;
      this.#forget(oldest);
    }
    if (this.#first > this.#runs.length / 2) {
      this.#runs = this.#runs.slice(this.#first);
      this.#first = 0;
    }
    return true;
  }

  #forget(run: Run): void {
    const { times, runs } = run;
    run.isForgotten = true;
    without(this.#byFirst, runs[0], run);
    if (--times.users > 0) return;
    this.#timesKept -= times.times.length;
    without(this.#times, times.stretches[0].column, times);
  }

  /** Null when too much is kept of them. */
  #timesOf(stretches: readonly Stretch[], count: number, chunks: readonly SharedChunk[]): RunTimes | null {
    const { column } = stretches[0];
    const known = this.#times.get(column) ?? [];
    for (const one of known) if (areSame(one.stretches, stretches)) return one;
    if (this.#timesKept + count > this.#capacity) return null;
    const times = new Float64Array(count);
    let at = 0;
    for (const chunk of chunks) {
      times.set(decodeSharedTimes(chunk.times), at);
      at += chunk.count;
    }
    this.#timesKept += count;
    const made = { stretches, times, users: 0 };
    this.#times.set(column, [...known, made]);
    return made;
  }
}

/** Behind each other where series are read. */
function decodedOf(chunks: readonly SharedChunk[], count: number): Float64Array {
  let filled = 0;
  for (const chunk of chunks) {
    decodeToRun(chunk, filled);
    filled += chunk.count;
  }
  return codecKernel().run.subarray(0, count);
}

type SharedChunk = Chunk & { readonly form: 'shared times' };

/** Samples of one series. */
export interface Run {
  /** What they are of, in each block that has some. */
  readonly runs: readonly RunEntry[];
  /** In the ring, in values. */
  readonly at: number;
  readonly room: number;
  /** How they lie there, if not as they are. */
  readonly packed: PackedValues | null;
  /** No sample of the series lies in it that is not in the run. */
  readonly covers: TimeRange;
  readonly times: RunTimes;
  readonly hasNaN: boolean;
  /** Null where there are too many. */
  readonly resets: Uint32Array | null;
  usedAt: number;
  /** It may lie in the ring still. */
  isForgotten: boolean;
}

/** Shared by the series that have the very same. */
export interface RunTimes {
  readonly stretches: readonly Stretch[];
  readonly times: Float64Array;
  users: number;
}

/** Chunks of a column. */
export interface Stretch {
  readonly column: ColumnEntry;
  readonly from: number;
  readonly to: number;
}

function areEqual<T>(a: readonly T[], b: readonly T[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function without<K, V>(lists: Map<K, readonly V[]>, key: K, value: V): void {
  const others = lists.get(key)?.filter((one) => one !== value) ?? [];
  if (others.length === 0) lists.delete(key);
  else lists.set(key, others);
}

function areSame(a: readonly Stretch[], b: readonly Stretch[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i].column !== b[i].column || a[i].from !== b[i].from || a[i].to !== b[i].to) return false;
  return true;
}

/** What must be decoded of a series to have its samples in a range. */
export interface WantedRun {
  readonly stretches: readonly Stretch[];
  readonly count: number;
  readonly covers: TimeRange;
}

/** Null where its chunks do not follow each other, are too many, or none. `runs`: of the series in each block. */
export function wantedOf(runs: readonly RunEntry[], range: TimeRange): WantedRun | null {
  const stretches: Stretch[] = [];
  let count = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  const covers = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
  for (const { column, chunks } of runs) {
    if (column === null) return null;
    let from = -1;
    let to = -1;
    for (let i = 0; i < chunks.length; i++) {
      const { minMs, maxMs, count: samples } = chunks[i];
      if (maxMs < range.fromMs) covers.fromMs = Math.max(covers.fromMs, maxMs + 1);
      else if (minMs > range.toMs) covers.toMs = Math.min(covers.toMs, minMs - 1);
      else {
        if (minMs <= lastMs || (from >= 0 && to !== i)) return null;
        lastMs = maxMs;
        count += samples;
        if (from < 0) from = i;
        to = i + 1;
      }
    }
    if (from >= 0) stretches.push({ column, from, to });
  }
  return count === 0 || count > KERNEL_SAMPLES_MAX ? null : { stretches, count, covers };
}

/** The samples of runs in one range: series that share their times get one column of them. */
export class RunsInRange {
  readonly #range: TimeRange;
  readonly #columns = new Map<RunTimes, { readonly times: Float64Array; readonly from: number }>();

  constructor(range: TimeRange) {
    this.#range = range;
  }

  /** Valid until the next are asked for, or the codec's run is used. */
  of({ at, times, packed, hasNaN, resets }: Run): RunSamples {
    let column = this.#columns.get(times);
    if (column === undefined) {
      const [from, to] = spanOf(times.times, 0, times.times.length, this.#range);
      column = { times: times.times.subarray(from, to), from };
      this.#columns.set(times, column);
    }
    const { from } = column;
    const { length } = column.times;
    const facts = { hasNaN, resets: resets === null ? null : { positions: resets, first: from } };
    if (packed !== null) {
      const within = packedBetween(packed, from, from + length);
      return { samples: new PackedColumns(column.times, within), facts, packed: within };
    }
    const first = DECODED_AT + at + from;
    return { samples: { times: column.times, values: codecKernel().run.subarray(first, first + length) }, facts };
  }
}

type RunSamples = Required<Pick<SelectedSeries, 'samples' | 'facts'>> & Pick<SelectedSeries, 'packed'>;

/** Unpacks its values, to where series are read, for who wants them. */
class PackedColumns implements SampleColumns {
  readonly times: Float64Array;
  readonly #packed: PackedValues;
  #values: Float64Array | null = null;

  constructor(times: Float64Array, packed: PackedValues) {
    this.times = times;
    this.#packed = packed;
  }

  get values(): Float64Array {
    if (this.#values === null) {
      this.#values = codecKernel().run.subarray(0, this.#packed.count);
      windowKernel().unpack(this.#packed, this.#values);
    }
    return this.#values;
  }
}

let shared: DecodedRuns | null = null;

/** This thread's. */
export function decodedRuns(): DecodedRuns {
  shared ??= new DecodedRuns();
  return shared;
}
