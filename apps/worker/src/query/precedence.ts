import type { Clock } from '@tidemark/base';
import { GIVE_WAY_MS } from '../limits.ts';

/**
 * Rules and live views go ahead of people's queries: all of them share one thread, and an alert that waits behind
 * somebody's month of data comes late. A query gives way between two of its slices, for a bounded time.
 */
export class Precedence {
  readonly #clock: Clock;
  #ahead = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs what must not wait. */
  async ahead<T>(work: () => Promise<T>): Promise<T> {
    this.#ahead++;
    try {
      return await work();
    } finally {
      this.#ahead--;
    }
  }

  /** Lets the event loop go round, and again while something is ahead. Polls, so that a gap between two rules is no end. */
  async giveWay(): Promise<void> {
    const untilMs = this.#clock.now() + GIVE_WAY_MS;
    do await new Promise((resolve) => setImmediate(resolve));
    while (this.#ahead > 0 && this.#clock.now() < untilMs);
  }
}
