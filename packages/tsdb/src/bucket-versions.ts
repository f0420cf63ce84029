import type { Clock, Millis } from '@tidemark/base';
import { WINDOW_MS, windowOf } from './limits.ts';
import type { SampleBatch } from './model/batch.ts';
import { contains, type TimeRange } from './model/time-range.ts';

/**
 * How often what is known of a stretch of time has changed, in buckets of two hours: a cache that keeps the version with an answer
 * can tell whether the answer still holds. Versions rise strictly, from one opening of the engine to the next as well.
 */
export class BucketVersions {
  readonly #tenants = new Map<string, Map<Millis, number>>();
  readonly #first: number;
  #last: number;
  #forgotten: { readonly beforeMs: Millis; readonly version: number } = { beforeMs: Number.NEGATIVE_INFINITY, version: 0 };

  constructor(clock: Clock) {
    // A thousand changes each millisecond at most, over all the time that the engine is open.
    this.#first = clock.now() * 1000;
    this.#last = this.#first;
  }

  /** Something between these times has come or gone. */
  touch(tenant: string, { fromMs, toMs }: TimeRange): void {
    const version = ++this.#last;
    let buckets = this.#tenants.get(tenant);
    if (buckets === undefined) {
      buckets = new Map();
      this.#tenants.set(tenant, buckets);
    }
    for (let bucket = windowOf(fromMs); bucket <= toMs; bucket += WINDOW_MS) buckets.set(bucket, version);
  }

  /** What `batch` may have brought, of the times between which samples are taken. */
  appended(batch: SampleBatch, taken: TimeRange): void {
    for (const { timeMs } of batch.groups) if (contains(taken, timeMs)) this.touch(batch.tenant, { fromMs: timeMs, toMs: timeMs });
  }

  /** The greatest of the buckets that overlap `range`. */
  of(tenant: string, range: TimeRange): number {
    let version = range.fromMs < this.#forgotten.beforeMs ? this.#forgotten.version : this.#first;
    for (const [bucket, touched] of this.#tenants.get(tenant) ?? []) {
      if (touched > version && bucket <= range.toMs && bucket + WINDOW_MS > range.fromMs) version = touched;
    }
    return version;
  }

  /** Buckets past retention are counted as one from here on. */
  forgetBefore(beforeMs: Millis): void {
    let forgotten = false;
    for (const buckets of this.#tenants.values()) {
      for (const bucket of buckets.keys()) if (bucket + WINDOW_MS <= beforeMs) forgotten = buckets.delete(bucket);
    }
    if (forgotten) this.#forgotten = { beforeMs, version: ++this.#last };
  }
}
