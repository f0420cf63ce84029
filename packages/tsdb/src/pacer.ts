import { UPKEEP_SLICE_MS } from './limits.ts';

/** Cuts long work into slices: await `breathe` in every loop, and the event loop runs when the slice is used up. */
export class Pacer {
  readonly #signal: AbortSignal | undefined;
  #sliceEndMs = performance.now() + UPKEEP_SLICE_MS;

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** Rejects with the signal's reason once it has aborted. */
  async breathe(): Promise<void> {
    if (performance.now() < this.#sliceEndMs) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#signal?.throwIfAborted();
    this.#sliceEndMs = performance.now() + UPKEEP_SLICE_MS;
  }
}
