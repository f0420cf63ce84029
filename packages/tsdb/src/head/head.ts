import type { Millis } from '@tidemark/base';
import type { AppendOutcome, BatchOrigin, EngineStats } from '../engine.ts';
import { type EngineLimits, HEAD_SERIES_BYTES, limitsOf } from '../limits.ts';
import type { SampleBatch } from '../model/batch.ts';
import type { GroupFilter } from '../tombstones/batch-filter.ts';
import { HeadMemory } from './head-columns.ts';
import { OpenEpochs } from './open-epochs.ts';
import { TenantHead } from './tenant-head.ts';

/** What is not yet in blocks, of every tenant. */
export class Head {
  readonly #memory = new HeadMemory();
  readonly #tenants = new Map<string, TenantHead>();
  readonly #limits: EngineLimits;
  readonly epochs = new OpenEpochs();
  /** Where replay begins as long as nothing has been appended. */
  readonly openedAt: number;
  #appendedTo: number;
  #appendedSamples = 0;

  /** Everything in records before `appendedTo` is to be here, or in blocks; the log is read from `replayOffset`. */
  constructor(limits: EngineLimits, replayOffset: number, appendedTo = replayOffset) {
    this.#limits = limits;
    this.openedAt = replayOffset;
    this.#appendedTo = appendedTo;
  }

  /** Makes a tenant of another life, whose newest sample was at `newestMs`. */
  restore(name: string, newestMs: Millis): TenantHead {
    const tenant = new TenantHead(newestMs, limitsOf(this.#limits, name), this.#memory);
    this.#tenants.set(name, tenant);
    return tenant;
  }

  get memory(): HeadMemory {
    return this.#memory;
  }

  /** Behind the last record that was appended, or was here already. */
  get appendedTo(): number {
    return this.#appendedTo;
  }

  /** What reading the log again since the opening would take, in samples. */
  get replayCost(): number {
    let cost = this.#appendedSamples;
    for (const { resolutions } of this.#tenants.values()) cost += RESOLUTION_COST * resolutions;
    return cost;
  }

  /** A reader of the log that knows nothing of what is before, and starts here, can read what comes next. */
  get oldestEpoch(): number {
    return this.epochs.oldest ?? this.openedAt;
  }

  /** `newestInBlocksMs` is asked once a tenant. */
  append(
    batch: SampleBatch,
    origin: BatchOrigin,
    nowMs: Millis,
    newestInBlocksMs: (tenant: string) => Millis,
    filter: GroupFilter | null = null,
  ): AppendOutcome {
    this.epochs.seen(origin, batch.acceptedAtMs);
    this.#appendedTo = origin.offset + 1;
    let tenant = this.#tenants.get(batch.tenant);
    if (tenant === undefined) {
      tenant = new TenantHead(newestInBlocksMs(batch.tenant), limitsOf(this.#limits, batch.tenant), this.#memory);
      this.#tenants.set(batch.tenant, tenant);
    }
    const outcome = tenant.append(batch, origin, nowMs, { filter, isFull: this.bytes >= this.#limits.headBytesMax });
    this.#appendedSamples += outcome.appended;
    return outcome;
  }

  /** What the limit is held against, once for each batch: series by an estimate, samples as they are. */
  get bytes(): number {
    let { bytes } = this.#memory;
    for (const { series, histograms } of this.#tenants.values()) bytes += series.size * HEAD_SERIES_BYTES + histograms.bytes;
    return bytes;
  }

  tenant(name: string): TenantHead | undefined {
    return this.#tenants.get(name);
  }

  tenants(): IterableIterator<[string, TenantHead]> {
    return this.#tenants.entries();
  }

  /** Where a reader of the log must start to get back what is only in memory, and what comes next, once `written` is in a block. */
  replayOffset(written: { readonly tenant: string; readonly windowMs: Millis } | null = null): number {
    let least = this.oldestEpoch;
    for (const [name, tenant] of this.#tenants) {
      least = Math.min(least, tenant.windows.replayFrom(written?.tenant === name ? written.windowMs : null));
    }
    return least;
  }

  stats(): Pick<EngineStats, 'headSeries' | 'headSamples' | 'headBytes' | 'headBytesMax' | 'headFromMs' | 'headToMs'> {
    let headSeries = 0;
    let headSamples = 0;
    let headFromMs: Millis | null = null;
    let headToMs: Millis | null = null;
    for (const tenant of this.#tenants.values()) {
      headSeries += tenant.series.size;
      headSamples += tenant.samples;
      const extent = tenant.windows.extent();
      if (extent === null) continue;
      headFromMs = Math.min(headFromMs ?? extent.fromMs, extent.fromMs);
      headToMs = Math.max(headToMs ?? extent.toMs, extent.toMs);
    }
    return { headSeries, headSamples, headBytes: this.bytes, headBytesMax: this.#limits.headBytesMax, headFromMs, headToMs };
  }
}

/** Samples that are appended in the time in which one series is looked up by its labels. */
const RESOLUTION_COST = 20;
