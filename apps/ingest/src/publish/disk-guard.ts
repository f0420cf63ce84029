import { RETRY_AFTER_LOW_DISK_MS } from '../limits.ts';
import type { PublishMetrics } from './metrics.ts';
import type { IncomingBatch, Publisher, PublishResult } from './publisher.ts';

/** Refuses while the log's disk is low, so that it is never full: what else writes to it goes on, and nothing is half written. */
export class DiskGuard implements Publisher {
  readonly #below: Publisher;
  readonly #disk: { readonly low: string | null };
  readonly #metrics: Pick<PublishMetrics, 'refused'>;

  constructor(below: Publisher, disk: { readonly low: string | null }, metrics: Pick<PublishMetrics, 'refused'>) {
    this.#below = below;
    this.#disk = disk;
    this.#metrics = metrics;
  }

  publish(batch: IncomingBatch): Promise<PublishResult> {
    const { low } = this.#disk;
    if (low === null) return this.#below.publish(batch);
    this.#metrics.refused.count += batch.timesMs.length;
    return Promise.resolve({ kind: 'refused', status: 503, reason: low, retryAfterMs: RETRY_AFTER_LOW_DISK_MS });
  }
}
