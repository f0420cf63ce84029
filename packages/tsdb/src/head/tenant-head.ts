import type { Millis } from '@tidemark/base';
import { ColumnBuffer, wordsOf } from '../codec/columns.ts';
import type { AppendOutcome, BatchOrigin, NewSeriesRefusal, RefusalReason } from '../engine.ts';
import { type LimitsOfTenant, windowOf } from '../limits.ts';
import type { SampleBatch, SampleGroup, SeriesTable } from '../model/batch.ts';
import { isMark } from '../model/histogram-mark.ts';
import type { GroupFilter } from '../tombstones/batch-filter.ts';
import { HeadColumns, type HeadMemory } from './head-columns.ts';
import { HistogramHeap } from './histogram-heap.ts';
import { OpenWindows } from './open-windows.ts';
import { SeriesIndex, type SeriesRoom } from './series-index.ts';
import { SoughtSeries } from './sought-series.ts';
import { TextPairs } from './text-pairs.ts';

/** What an append is told of the rest of the engine. */
export interface AppendRules {
  /** What it leaves out has been deleted: it is as if it were in, and out again. */
  readonly filter: GroupFilter | null;
  /** Memory has no room for more series. */
  readonly isFull: boolean;
}

/**
 * One tenant's samples in memory.
 *
 * What is refused depends on the log alone (the batch's accept time, and the newest sample so far, of which
 * blocks remind an engine that has just opened): replay takes and refuses what the first run did.
 */
export class TenantHead {
  readonly series = new SeriesIndex();
  readonly columns: HeadColumns;
  readonly windows = new OpenWindows();
  readonly histograms = new HistogramHeap();
  /** Samples in memory. */
  samples = 0;
  readonly #limits: LimitsOfTenant;
  /** From a batch's series number to its series, so that steady appends look no labels up. */
  readonly #resolved = new WeakMap<SeriesTable, Resolution>();
  readonly #sought = new SoughtSeries();
  #newestMs: Millis;
  #isFull = false;
  /** Series that were looked up by their labels. */
  #resolutions = 0;

  /** `newestMs` is the newest sample that is in blocks. */
  constructor(newestMs: Millis, limits: LimitsOfTenant, memory: HeadMemory) {
    this.columns = new HeadColumns(memory);
    this.#newestMs = newestMs;
    this.#limits = limits;
  }

  /** Windows whose blocks can be written now. */
  dueWindows(nowMs: Millis): Millis[] {
    return this.windows.due(this.#newestMs, this.#limits.lateWindowMs, nowMs);
  }

  get newestMs(): Millis {
    return this.#newestMs;
  }

  get resolutions(): number {
    return this.#resolutions;
  }

  /** By number of the table: its series' place and one, 0 where it is not known. Null when none is. A view. */
  placesOf(table: SeriesTable): Uint32Array | null {
    const known = this.#resolved.get(table);
    return known?.generation === this.series.generation ? known.places : null;
  }

  restorePlaces(table: SeriesTable, places: Uint32Array): void {
    this.#resolved.set(table, { generation: this.series.generation, places, pairs: new TextPairs() });
  }

  append(batch: SampleBatch, origin: BatchOrigin, nowMs: Millis, { filter, isFull }: AppendRules): AppendOutcome {
    this.#isFull = isFull;
    const outcome = new Outcome();
    for (const group of batch.groups) {
      const before = outcome.appended + outcome.met;
      const refusal = this.#refusalOf(group.timeMs, batch.acceptedAtMs, nowMs);
      const kept = filter === null || refusal !== null ? group : filter(group);
      const { histograms } = batch;
      if (refusal === null)
        this.#appendGroup(batch.table, histograms === undefined ? kept : this.histograms.stored(kept, histograms), outcome);
      else if (group.numbers.length > 0) outcome.refuse(refusal, batch.table, group.numbers[0], group.numbers.length);
      // A saved head may hold samples of records that are read again: what they mean for windows and time it has not heard of.
      if (outcome.appended + outcome.met > before) this.windows.touch(group.timeMs, origin.epochOffset, nowMs, this.#isOld(group.timeMs));
      else if (kept === group) continue;
      if (group.timeMs > this.#newestMs) this.#newestMs = group.timeMs;
    }
    const { appended, refused } = outcome;
    this.samples += appended;
    return { appended, refused };
  }

  #refusalOf(timeMs: Millis, acceptedAtMs: Millis, nowMs: Millis): RefusalReason | null {
    const { futureMs, backfillMs, takenMs } = this.#limits;
    if (timeMs > acceptedAtMs + futureMs) return 'too_far_in_future';
    const isTaken = !this.#isOld(timeMs) || timeMs >= this.#newestMs - backfillMs;
    return isTaken && timeMs >= nowMs - takenMs ? null : 'too_old';
  }

  /** Later than late: its window's block may have been written. */
  #isOld(timeMs: Millis): boolean {
    return timeMs < this.#newestMs - this.#limits.lateWindowMs;
  }

  #appendGroup(table: SeriesTable, { timeMs, numbers, values }: SampleGroup, outcome: Outcome): void {
    const windowMs = windowOf(timeMs);
    const { columns, series } = this;
    for (let from = 0; from < numbers.length; ) {
      let { places, generation } = this.#resolutionOf(table);
      const count = columns.take(places, numbers, values, from);
      /** New series are looked up one by one then: those that are refused are said. */
      let isRefusing = false;
      for (let i = 0; ; ) {
        const next = columns.appendNext(i, count, timeMs, windowMs);
        outcome.appended += next - i;
        if (next === count) break;
        i = next;
        const number = numbers[from + i];
        const known = places[number] - 1;
        if (known < 0 && !isRefusing) {
          isRefusing = this.#resolveAll(table, numbers, from + i, from + count);
          ({ places, generation } = this.#resolutionOf(table));
          columns.retake(places, numbers, from, i, count);
        } else if (known < 0 || !series.isTaken(known)) {
          const place = this.#resolve(table, number);
          if (typeof place === 'string') {
            outcome.refuse(place, table, number, 1);
            i++;
            continue;
          }
          const resolved = this.#resolutionOf(table);
          // A new series may have taken the place of one that has left.
          columns.retake(resolved.places, numbers, from, i, resolved.generation === generation ? i + 1 : count);
          ({ places, generation } = resolved);
        } else {
          const words = wordsOf(values);
          const at = 2 * (from + i++);
          const placed = columns.appendOther(known, timeMs, windowMs, words[at + 1], words[at]);
          if (placed === 'appended') outcome.appended++;
          else outcome.met++;
          if (placed === 'conflicting_value' && !this.#isSameHistogram(known, timeMs, words[at + 1], words[at]))
            outcome.refuse(placed, table, number, 1);
        }
      }
      from += count;
    }
  }

  /** Each that arrives is stored anew, so that what is repeated is known only by its bytes. */
  #isSameHistogram(place: number, timeMs: Millis, high: number, low: number): boolean {
    if (!isMark(high)) return false;
    held.clear();
    this.columns.read(place, { fromMs: timeMs, toMs: timeMs }, held);
    return this.histograms.areSame(held.words[1], held.words[0], high, low);
  }

  /** Slow path: series' first samples in their epoch, of those at `[from, to)` whose places are not known. True when one has been refused. */
  #resolveAll(table: SeriesTable, numbers: Uint32Array, from: number, to: number): boolean {
    const sought = this.#sought;
    for (let at = from; at < to; ) {
      const { places, pairs } = this.#resolutionOf(table);
      const { postings } = this.series;
      let isNew = false;
      sought.clear();
      for (; at < to && !sought.isFull && !isNew; at++) {
        const number = numbers[at];
        if (places[number] === 0) isNew = !pairs.find(table, number, postings, sought);
      }
      if (this.#settle(table) !== null) return true;
      if (isNew && typeof this.#add(table, numbers[at - 1]) === 'string') return true;
    }
    return false;
  }

  #resolve(table: SeriesTable, number: number): number | NewSeriesRefusal {
    const sought = this.#sought;
    sought.clear();
    if (!this.#resolutionOf(table).pairs.find(table, number, this.series.postings, sought)) return this.#add(table, number);
    return this.#settle(table) ?? sought.places[0];
  }

  /** Those that are sought have their places then; or they are refused from one of them on. */
  #settle(table: SeriesTable): NewSeriesRefusal | null {
    const { numbers, places } = this.#sought;
    const { count, refusal } = this.series.resolveAll(this.#sought, this.#room);
    const resolved = this.#resolutionOf(table).places;
    for (let at = 0; at < count; at++) {
      this.columns.enter(places[at]);
      resolved[numbers[at]] = places[at] + 1;
    }
    this.#resolutions += refusal === null ? count : count + 1;
    return refusal;
  }

  /** One of whose pairs is new, and so is the series. */
  #add(table: SeriesTable, number: number): number | NewSeriesRefusal {
    this.#resolutions++;
    const place = this.series.add(table.labels(number), this.#room);
    if (typeof place === 'string') return place;
    this.columns.enter(place);
    this.#resolutionOf(table).places[number] = place + 1;
    return place;
  }

  get #room(): SeriesRoom {
    const { seriesPerTenantMax, seriesPerMetricMax } = this.#limits;
    return { seriesMax: seriesPerTenantMax, metricSeriesMax: seriesPerMetricMax, isFull: this.#isFull };
  }

  #resolutionOf(table: SeriesTable): Resolution {
    const { generation } = this.series;
    const known = this.#resolved.get(table);
    const size = table.size;
    if (known !== undefined && known.generation === generation && known.places.length >= size) return known;
    const places = new Uint32Array(known === undefined ? size : size * 2);
    const resolution = { generation, places, pairs: known?.pairs ?? new TextPairs() };
    if (known?.generation === generation) resolution.places.set(known.places);
    this.#resolved.set(table, resolution);
    return resolution;
  }
}

const held = new ColumnBuffer(1);

/** What a table's numbers stand for, as long as places are of this generation. */
interface Resolution {
  readonly generation: number;
  /** The series' place and one, 0 when it is not known. */
  readonly places: Uint32Array;
  /** Of any generation. */
  readonly pairs: TextPairs;
}

class Outcome {
  appended = 0;
  /** Samples whose series has one of that time already. */
  met = 0;
  readonly refused: { reason: RefusalReason; samples: number; firstSeries: string }[] = [];

  refuse(reason: RefusalReason, table: SeriesTable, number: number, samples: number): void {
    const known = this.refused.find((entry) => entry.reason === reason);
    if (known === undefined) this.refused.push({ reason, samples, firstSeries: table.labels(number).toString() });
    else known.samples += samples;
  }
}
