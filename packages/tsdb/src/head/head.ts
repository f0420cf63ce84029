import type { Millis } from '@tidemark/base';
import type { AppendOutcome, BatchOrigin } from '../engine.ts';
import type { EngineLimits } from '../limits.ts';
import type { SampleBatch } from '../model/batch.ts';
import { ChunkArena } from './chunk-arena.ts';
import { ColumnPool } from './column-pool.ts';
import type { HeadMemory } from './head-series.ts';
import { TenantHead } from './tenant-head.ts';

/** What is not yet in blocks, of every tenant. */
export class Head {
  readonly memory: HeadMemory = { pool: new ColumnPool(), arena: new ChunkArena() };
  readonly #tenants = new Map<string, TenantHead>();
  readonly #limits: EngineLimits;
  /** Where the log is read from when nothing is only in memory: the last batch's epoch may still go on. */
  #lastEpochOffset: number;

  constructor(limits: EngineLimits, replayOffset: number) {
    this.#limits = limits;
    this.#lastEpochOffset = replayOffset;
  }

  /** `newestInBlocksMs` is asked once a tenant. */
  append(batch: SampleBatch, origin: BatchOrigin, nowMs: Millis, newestInBlocksMs: (tenant: string) => Millis): AppendOutcome {
    this.#lastEpochOffset = origin.epochOffset;
    let tenant = this.#tenants.get(batch.tenant);
    if (tenant === undefined) {
      tenant = new TenantHead(batch.tenant, newestInBlocksMs(batch.tenant), this.#limits, this.memory);
      this.#tenants.set(batch.tenant, tenant);
    }
    return tenant.append(batch, origin, nowMs);
  }

  tenant(name: string): TenantHead | undefined {
    return this.#tenants.get(name);
  }

  tenants(): IterableIterator<[string, TenantHead]> {
    return this.#tenants.entries();
  }

  /** Where a reader of the log must start to get back what is only in memory, once `written` is in a block. */
  replayOffset(written: { readonly tenant: string; readonly windowMs: Millis } | null = null): number {
    let least = Number.POSITIVE_INFINITY;
    for (const [name, tenant] of this.#tenants) {
      least = Math.min(least, tenant.windows.replayFrom(written?.tenant === name ? written.windowMs : null));
    }
    return least === Number.POSITIVE_INFINITY ? this.#lastEpochOffset : least;
  }

  stats(): { headSeries: number; headSamples: number; headFromMs: Millis | null; headToMs: Millis | null } {
    let headSeries = 0;
    let headSamples = 0;
    let fromMs = Number.POSITIVE_INFINITY;
    let toMs = Number.NEGATIVE_INFINITY;
    for (const tenant of this.#tenants.values()) {
      headSeries += tenant.series.size;
      for (const series of tenant.series.all()) {
        headSamples += series.samples;
        fromMs = Math.min(fromMs, series.fromMs);
        toMs = Math.max(toMs, series.toMs);
      }
    }
    return { headSeries, headSamples, headFromMs: headSamples > 0 ? fromMs : null, headToMs: headSamples > 0 ? toMs : null };
  }
}
