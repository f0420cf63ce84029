import type { Clock } from '@tidemark/base';
import type { Service } from '@tidemark/base/service';
import type { Engine } from '@tidemark/tsdb';
import { MAINTAIN_EVERY_MS } from '../limits.ts';

/**
 * Upkeep of the engines, one after the other, so that at most one of them seals and merges at a time. While the disk is low
 * nothing is written, and what is past retention goes.
 */
export class Maintainer implements Service {
  readonly name = 'upkeep';
  readonly #clock: Clock;
  readonly #engines: readonly Pick<Engine, 'maintain'>[];
  readonly #disk: { readonly low: string | null };
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(clock: Clock, engines: readonly Pick<Engine, 'maintain'>[], disk: { readonly low: string | null }) {
    this.#clock = clock;
    this.#engines = engines;
    this.#disk = disk;
  }

  run(signal: AbortSignal): Promise<void> {
    this.#running = this.#maintain(AbortSignal.any([signal, this.#stop.signal]));
    return this.#running;
  }

  /** The round that runs ends at its next slice. */
  async drain(): Promise<void> {
    this.#stop.abort();
    await this.#running.catch(() => {}); // Its failure was reported by `run`.
  }

  async #maintain(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#clock.sleep(MAINTAIN_EVERY_MS, signal);
      for (const engine of this.#engines) {
        if (!signal.aborted) await engine.maintain(this.#clock.now(), signal, this.#disk.low === null ? 'all' : 'drop only');
      }
    }
  }
}
