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
  /** Aborts when nothing is ahead any more. */
  #quiet = new AbortController();
  /** While something is ahead, the next query goes on no earlier. */
  #turnMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs what must not wait. */
  async ahead<T>(work: () => Promise<T>): Promise<T> {
    if (this.#ahead++ === 0) this.#quiet = new AbortController();
    try {
      return await work();
    } finally {
      if (--this.#ahead === 0) this.#quiet.abort();
    }
  }

  /**
   * A query's pause: lets the event loop go round, and waits for its turn. It sleeps meanwhile: what is ahead may wait for other threads,
   * which need the core. A gap between two rules is no end.
   */
  async giveWay(): Promise<void> {
    this.#turnMs = this.#clock.now() + GIVE_WAY_MS;
    await this.#clock.turn();
    for (;;) {
      const leftMs = this.#turnMs - this.#clock.now();
      if (this.#ahead === 0 || leftMs <= 0) break;
      await this.#clock.sleep(leftMs, this.#quiet.signal);
      await this.#clock.turn();
    }
    this.#turnMs = this.#clock.now() + GIVE_WAY_MS;
  }
}
