/**
 * When a table of series, which only grows, is begun anew: once most of what it names is sent by nobody any more. Its size some
 * minutes after its beginning is taken for the number of series that are sent.
 */
import type { Clock, Millis } from '@tidemark/base';
import { SERIES_SETTLE_MS, SERIES_SPARE } from '../limits.ts';

export class Outgrown {
  readonly #clock: Clock;
  readonly #seriesMax: number;
  #beganMs: Millis;
  #settledSize = 0;

  constructor(clock: Clock, seriesMax: number) {
    this.#clock = clock;
    this.#seriesMax = seriesMax;
    this.#beganMs = clock.now();
  }

  /** Of the table's present size. A new table is begun when it says so. */
  isOutgrown(size: number): boolean {
    if (size < this.#seriesMax && !this.#isMostlyOld(size)) return false;
    this.#beganMs = this.#clock.now();
    this.#settledSize = 0;
    return true;
  }

  #isMostlyOld(size: number): boolean {
    if (this.#settledSize > 0) return size > 3 * this.#settledSize + SERIES_SPARE;
    if (this.#clock.now() - this.#beganMs >= SERIES_SETTLE_MS) this.#settledSize = size;
    return false;
  }
}
