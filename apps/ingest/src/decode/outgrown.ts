/**
 * When a table of series, which only grows, is begun anew: once much of what it names is sent by nobody any more. Whoever has the table counts
 * the series that came within a period.
 */
import type { Clock, Millis } from '@tidemark/base';
import { SERIES_ENDED_MS, SERIES_SPARE } from '../limits.ts';

export class Outgrown {
  readonly #clock: Clock;
  readonly #seriesMax: number;
  #periodBeganMs: Millis;

  constructor(clock: Clock, seriesMax: number) {
    this.#clock = clock;
    this.#seriesMax = seriesMax;
    this.#periodBeganMs = clock.now();
  }

  /** Of the table's present size; `seenSeries` says how many of these came since it was asked last. A new table is begun when it says so. */
  isOutgrown(size: number, seenSeries: () => number): boolean {
    const nowMs = this.#clock.now();
    const isPeriodOver = nowMs - this.#periodBeganMs >= SERIES_ENDED_MS;
    if (isPeriodOver) this.#periodBeganMs = nowMs;
    if (size < this.#seriesMax && !(isPeriodOver && size > 1.5 * seenSeries() + SERIES_SPARE)) return false;
    this.#periodBeganMs = nowMs;
    return true;
  }
}
