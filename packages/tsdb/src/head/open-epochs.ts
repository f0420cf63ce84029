import type { Millis } from '@tidemark/base';
import { EPOCH_OPEN_MS } from '../limits.ts';

/**
 * The producer epochs that may still go on. A record can be read only by who has read its epoch from the beginning,
 * so replay begins no later than the oldest of these, even when all samples so far are in blocks.
 */
export class OpenEpochs {
  readonly #beganMs = new Map<number, Millis>();

  seen(epochOffset: number, acceptedAtMs: Millis): void {
    if (this.#beganMs.has(epochOffset)) return;
    for (const [offset, beganMs] of this.#beganMs) if (beganMs < acceptedAtMs - EPOCH_OPEN_MS) this.#beganMs.delete(offset);
    this.#beganMs.set(epochOffset, acceptedAtMs);
  }

  /** Null before the first batch. */
  get oldest(): number | null {
    return this.#beganMs.size === 0 ? null : Math.min(...this.#beganMs.keys());
  }
}
