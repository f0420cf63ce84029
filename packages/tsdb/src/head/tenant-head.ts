import type { Millis } from '@tidemark/base';
import { wordsOf } from '../codec/columns.ts';
import type { AppendOutcome, BatchOrigin, NewSeriesRefusal, RefusalReason } from '../engine.ts';
import { type EngineLimits, windowOf } from '../limits.ts';
import type { SampleBatch, SampleGroup, SeriesTable } from '../model/batch.ts';
import type { Labels } from '../model/labels.ts';
import type { GroupFilter } from '../tombstones/batch-filter.ts';
import type { HeadMemory, HeadSeries } from './head-series.ts';
import type { OpenColumns } from './open-columns.ts';
import { OpenWindows } from './open-windows.ts';
import { SeriesIndex } from './series-index.ts';

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
  readonly series: SeriesIndex;
  readonly windows = new OpenWindows();
  /** Samples in memory. */
  samples = 0;
  readonly #limits: EngineLimits;
  readonly #open: OpenColumns;
  /** From a batch's series number to its series, so that steady appends look no labels up. */
  readonly #resolved = new WeakMap<SeriesTable, Resolution>();
  #newestMs: Millis;
  #isFull = false;

  /** `newestMs` is the newest sample that is in blocks. */
  constructor(tenant: string, newestMs: Millis, limits: EngineLimits, memory: HeadMemory) {
    this.series = new SeriesIndex(tenant, memory);
    this.#newestMs = newestMs;
    this.#limits = limits;
    this.#open = memory.open;
  }

  /** Windows whose blocks can be written now. */
  dueWindows(nowMs: Millis): Millis[] {
    return this.windows.due(this.#newestMs, this.#limits.lateWindowMs, nowMs);
  }

  get newestMs(): Millis {
    return this.#newestMs;
  }

  append(batch: SampleBatch, origin: BatchOrigin, nowMs: Millis, { filter, isFull }: AppendRules): AppendOutcome {
    this.#isFull = isFull;
    const outcome = new Outcome();
    for (const group of batch.groups) {
      const before = outcome.appended;
      const refusal = this.#refusalOf(group.timeMs, batch.acceptedAtMs, nowMs);
      const kept = filter === null || refusal !== null ? group : filter(group);
      if (refusal === null) this.#appendGroup(batch.table, kept, outcome);
      else if (group.numbers.length > 0) outcome.refuse(refusal, batch.table, group.numbers[0], group.numbers.length);
      if (outcome.appended > before) this.windows.touch(group.timeMs, origin.epochOffset, nowMs, this.#isOld(group.timeMs));
      else if (kept === group) continue;
      if (group.timeMs > this.#newestMs) this.#newestMs = group.timeMs;
    }
    this.samples += outcome.appended;
    return outcome;
  }

  #refusalOf(timeMs: Millis, acceptedAtMs: Millis, nowMs: Millis): RefusalReason | null {
    const { futureMs, backfillMs, retentionMs } = this.#limits;
    if (timeMs > acceptedAtMs + futureMs) return 'too_far_in_future';
    const isTaken = !this.#isOld(timeMs) || timeMs >= this.#newestMs - backfillMs;
    return isTaken && timeMs >= nowMs - retentionMs ? null : 'too_old';
  }

  /** Later than late: its window's block may have been written. */
  #isOld(timeMs: Millis): boolean {
    return timeMs < this.#newestMs - this.#limits.lateWindowMs;
  }

  #appendGroup(table: SeriesTable, group: SampleGroup, outcome: Outcome): void {
    const { timeMs, numbers, values } = group;
    const windowMs = windowOf(timeMs);
    const words = wordsOf(values);
    const open = this.#open;
    let { places } = this.#resolutionOf(table);
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i];
      const place = places[number] - 1;
      const low = words[2 * i];
      const high = words[2 * i + 1];
      if (place >= 0 && open.pushSteady(place, timeMs, windowMs, high, low)) {
        outcome.appended++;
        continue;
      }
      const series = this.#seriesOf(table, number);
      if (typeof series === 'string') {
        outcome.refuse(series, table, number, 1);
        continue;
      }
      const placed = open.pushSteady(series.place, timeMs, windowMs, high, low) ? 'appended' : series.append(timeMs, windowMs, high, low);
      if (placed === 'appended') outcome.appended++;
      else if (placed === 'conflicting_value') outcome.refuse(placed, table, number, 1);
      places = this.#resolutionOf(table).places; // A new series may have taken the place of one that has left.
    }
  }

  readonly #refusalOfNew = (labels: Labels): NewSeriesRefusal | null => {
    const { seriesPerTenantMax, seriesPerMetricMax } = this.#limits;
    if (this.series.size >= seriesPerTenantMax) return 'series_limit';
    if (this.series.postings.ids(METRIC_NAME, labels.get(METRIC_NAME)).length >= seriesPerMetricMax) return 'metric_series_limit';
    return this.#isFull ? 'memory_limit' : null;
  };

  /** Slow path: a series' first sample in its epoch, or one that is not simply the next. */
  #seriesOf(table: SeriesTable, number: number): HeadSeries | NewSeriesRefusal {
    const known = this.#resolutionOf(table).series[number];
    if (known !== undefined && !known.removed) return known;
    const series = this.series.resolve(table.labels[number], this.#refusalOfNew);
    const { places, series: resolved } = this.#resolutionOf(table);
    const isRefused = typeof series === 'string';
    places[number] = isRefused ? 0 : series.place + 1;
    resolved[number] = isRefused ? undefined : series;
    return series;
  }

  #resolutionOf(table: SeriesTable): Resolution {
    const { generation } = this.#open;
    const known = this.#resolved.get(table);
    const size = table.labels.length;
    if (known !== undefined && known.generation === generation && known.places.length >= size) return known;
    const resolution: Resolution = { generation, places: new Uint32Array(known === undefined ? size : size * 2), series: [] };
    if (known?.generation === generation) {
      resolution.places.set(known.places);
      resolution.series = known.series;
    }
    this.#resolved.set(table, resolution);
    return resolution;
  }
}

/** What a table's numbers stand for, as long as the open columns are of this generation. */
interface Resolution {
  readonly generation: number;
  /** The series' place and one, 0 when it is not known. */
  readonly places: Uint32Array;
  series: (HeadSeries | undefined)[];
}

/** The label that carries a metric's name. */
const METRIC_NAME = '__name__';

class Outcome implements AppendOutcome {
  appended = 0;
  readonly refused: { reason: RefusalReason; samples: number; firstSeries: string }[] = [];

  refuse(reason: RefusalReason, table: SeriesTable, number: number, samples: number): void {
    const known = this.refused.find((entry) => entry.reason === reason);
    if (known === undefined) this.refused.push({ reason, samples, firstSeries: table.labels[number].toString() });
    else known.samples += samples;
  }
}
