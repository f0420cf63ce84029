import type { Clock } from '@tidemark/base';
import { UPKEEP_SLICE_MS } from './limits.ts';

/** Cuts long work into slices: await `breathe` in every loop, and the event loop runs when the slice is used up. */
export class Pacer {
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  #sliceEndMs: number;

  constructor(clock: Clock, signal?: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
    this.#sliceEndMs = clock.monotonicMs() + UPKEEP_SLICE_MS;
  }

  /** Rejects with the signal's reason once it has aborted. */
  async breathe(): Promise<void> {
    if (this.#clock.monotonicMs() < this.#sliceEndMs) return;
    await this.#clock.turn();
    this.#signal?.throwIfAborted();
    this.#sliceEndMs = this.#clock.monotonicMs() + UPKEEP_SLICE_MS;
  }
}
