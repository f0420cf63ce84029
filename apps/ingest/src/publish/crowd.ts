/**
 * Who waits for the log at once, and when their flush begins: at the end of the event loop's turn, when all requests that lie in the
 * sockets have been read. Who has just been answered mostly sends again at once. So where several wait together, the next flush begins when as
 * many wait as did before, or a moment later: a record and a commit then cost the whole crowd once, and not each half of it in turn.
 */
import type { Clock } from '@tidemark/base';
import { GATHER_MS_MAX } from '../limits.ts';

export class Crowd {
  readonly #clock: Clock;
  /** Those that wait, for the flush that is under way or the next one. */
  #present = 0;
  /** The most of them since a flush began last. */
  #expected = 0;
  #gathering: Promise<void> | null = null;
  /** Ends the wait for those that are expected. */
  #complete: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  enter(): void {
    this.#present++;
    if (this.#present < this.#expected) return;
    this.#expected = this.#present;
    this.#complete?.();
  }

  leave(): void {
    this.#present--;
  }

  /** Resolves when a flush may begin, for all who ask by then at once: what they append goes to the disk together. */
  gathered(): Promise<void> {
    this.#gathering ??= this.#gather();
    return this.#gathering;
  }

  async #gather(): Promise<void> {
    await this.#clock.turn();
    if (this.#present < this.#expected) {
      await new Promise<void>((resolve) => {
        this.#complete = resolve;
        // An AbortSignal for the sleep would cost more than the timer that it ends.
        void this.#clock.sleep(GATHER_MS_MAX).then(resolve);
      });
      this.#complete = null;
      await this.#clock.turn();
    }
    this.#expected = this.#present;
    this.#gathering = null;
  }
}
