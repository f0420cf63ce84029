import type { Millis } from '@tidemark/base';
import type { BatchOrigin } from '../engine.ts';
import { EPOCH_OPEN_MS } from '../limits.ts';
import type { ProducerEpoch } from '../model/producer-epoch.ts';

export interface OpenEpoch {
  readonly beganMs: Millis;
  /** What its reader knows; null when the reader did not say. */
  readonly epoch: ProducerEpoch | null;
}

/**
 * The producer epochs that may still go on. A record can be read only by who has read its epoch from the beginning,
 * so replay begins no later than the oldest of these, even when all samples so far are in blocks.
 */
export class OpenEpochs {
  /** By where they begin. */
  readonly #open = new Map<number, OpenEpoch>();

  seen({ epochOffset, epoch }: BatchOrigin, acceptedAtMs: Millis): void {
    if (this.#open.has(epochOffset)) return;
    for (const [offset, { beganMs }] of this.#open) if (beganMs < acceptedAtMs - EPOCH_OPEN_MS) this.#open.delete(offset);
    this.#open.set(epochOffset, { beganMs: acceptedAtMs, epoch: epoch ?? null });
  }

  restore(epoch: ProducerEpoch, beganMs: Millis): void {
    this.#open.set(epoch.offset, { beganMs, epoch });
  }

  /** Null before the first batch. */
  get oldest(): number | null {
    return this.#open.size === 0 ? null : Math.min(...this.#open.keys());
  }

  /** Those of which more may come; null when something is not known of one of them, so that it must be read from its beginning. */
  known(): (OpenEpoch & { readonly epoch: ProducerEpoch })[] | null {
    const newest = new Map<string, OpenEpoch & { readonly epoch: ProducerEpoch }>();
    for (const { beganMs, epoch } of this.#open.values()) {
      if (epoch === null) return null;
      // A producer's next epoch ends the one before.
      if (epoch.number >= (newest.get(epoch.producer)?.epoch.number ?? 0)) newest.set(epoch.producer, { beganMs, epoch });
    }
    return [...newest.values()];
  }
}
