import type { Clock } from '@tidemark/base';
import type { Service } from '@tidemark/base/service';
import { MAINTAIN_EVERY_MS } from '../limits.ts';
import type { GroupClient } from '../partitions/group-client.ts';

/**
 * Upkeep of the partitions: of all groups at the same time, within a group one after the other, so that a thread seals and merges
 * one at a time. While the disk is low nothing is written, and what is past retention goes.
 */
export class Maintainer implements Service {
  readonly name = 'upkeep';
  readonly #clock: Clock;
  readonly #groups: readonly Pick<GroupClient, 'maintain'>[];
  readonly #disk: { readonly low: string | null };
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(clock: Clock, groups: readonly Pick<GroupClient, 'maintain'>[], disk: { readonly low: string | null }) {
    this.#clock = clock;
    this.#groups = groups;
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
      if (signal.aborted) return;
      const extent = this.#disk.low === null ? 'all' : 'drop only';
      await Promise.all(this.#groups.map((group) => group.maintain(extent, signal)));
    }
  }
}
