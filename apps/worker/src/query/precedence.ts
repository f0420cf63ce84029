import type { Clock } from '@tidemark/base';
import { GIVE_WAY_MS } from '../limits.ts';

/**
 * Rules and live views go ahead of people's queries: all of them share one thread, and an alert that waits behind
 * somebody's month of data comes late. While something is ahead, the queries together get one slice each `GIVE_WAY_MS`:
 * little, and never nothing.
 */
export class Precedence {
  readonly #clock: Clock;
  #ahead = 0;
  /** While something is ahead, the next query goes on no earlier. */
  #turnMs = Number.NEGATIVE_INFINITY;

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

  /** A query's pause: lets the event loop go round, and again until its turn. Polls, so that a gap between two rules is no end. */
  async giveWay(): Promise<void> {
    this.#turnMs = this.#clock.now() + GIVE_WAY_MS;
    do await new Promise((resolve) => setImmediate(resolve));
    while (this.#ahead > 0 && this.#clock.now() < this.#turnMs);
    this.#turnMs = this.#clock.now() + GIVE_WAY_MS;
  }
}
