import type { Millis } from '@tidemark/base';
import { wordsOf } from '../codec/columns.ts';
import type { AppendOutcome, BatchOrigin, RefusalReason } from '../engine.ts';
import { type EngineLimits, windowOf } from '../limits.ts';
import type { SampleBatch, SampleGroup, SeriesTable } from '../model/batch.ts';
import type { HeadMemory, HeadSeries } from './head-series.ts';
import { OpenWindows } from './open-windows.ts';
import { SeriesIndex } from './series-index.ts';

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
  readonly #memory: HeadMemory;
  /** From a batch's series number to its series, so that steady appends look no labels up. */
  readonly #resolved = new WeakMap<SeriesTable, (HeadSeries | undefined)[]>();
  #newestMs: Millis;

  /** `newestMs` is the newest sample that is in blocks. */
  constructor(tenant: string, newestMs: Millis, limits: EngineLimits, memory: HeadMemory) {
    this.series = new SeriesIndex(tenant);
    this.#newestMs = newestMs;
    this.#limits = limits;
    this.#memory = memory;
  }

  get newestMs(): Millis {
    return this.#newestMs;
  }

  append(batch: SampleBatch, origin: BatchOrigin, nowMs: Millis): AppendOutcome {
    const outcome = new Outcome();
    for (const group of batch.groups) {
      const before = outcome.appended;
      const refusal = this.#refusalOf(group.timeMs, batch.acceptedAtMs, nowMs);
      if (refusal === null) this.#appendGroup(batch.table, group, outcome);
      else if (group.numbers.length > 0) outcome.refuse(refusal, batch.table, group.numbers[0], group.numbers.length);
      if (outcome.appended === before) continue;
      this.windows.touch(group.timeMs, origin.epochOffset, nowMs);
      if (group.timeMs > this.#newestMs) this.#newestMs = group.timeMs;
    }
    this.samples += outcome.appended;
    return outcome;
  }

  #refusalOf(timeMs: Millis, acceptedAtMs: Millis, nowMs: Millis): RefusalReason | null {
    const { futureMs, lateWindowMs, retentionMs } = this.#limits;
    if (timeMs > acceptedAtMs + futureMs) return 'too_far_in_future';
    return timeMs >= this.#newestMs - lateWindowMs && timeMs >= nowMs - retentionMs ? null : 'too_old';
  }

  #appendGroup(table: SeriesTable, group: SampleGroup, outcome: Outcome): void {
    const { timeMs, numbers, values } = group;
    const windowMs = windowOf(timeMs);
    const words = wordsOf(values);
    const resolved = this.#resolutionOf(table);
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i];
      let series = resolved[number];
      if (series === undefined || series.removed) {
        // Slow path: a series' first sample in its epoch.
        series = this.series.resolve(table.labels[number], this.#limits.seriesPerTenantMax) ?? undefined;
        resolved[number] = series;
        if (series === undefined) {
          outcome.refuse('series_limit', table, number, 1);
          continue;
        }
      }
      const placed = series.append(timeMs, windowMs, words[2 * i + 1], words[2 * i], this.#memory);
      if (placed === 'appended') outcome.appended++;
      else if (placed === 'conflicting_value') outcome.refuse(placed, table, number, 1);
    }
  }

  #resolutionOf(table: SeriesTable): (HeadSeries | undefined)[] {
    let resolved = this.#resolved.get(table);
    if (resolved === undefined) {
      resolved = [];
      this.#resolved.set(table, resolved);
    }
    while (resolved.length < table.labels.length) resolved.push(undefined);
    return resolved;
  }
}

class Outcome implements AppendOutcome {
  appended = 0;
  readonly refused: { reason: RefusalReason; samples: number; firstSeries: string }[] = [];

  refuse(reason: RefusalReason, table: SeriesTable, number: number, samples: number): void {
    const known = this.refused.find((entry) => entry.reason === reason);
    if (known === undefined) this.refused.push({ reason, samples, firstSeries: table.labels[number].toString() });
    else known.samples += samples;
  }
}
