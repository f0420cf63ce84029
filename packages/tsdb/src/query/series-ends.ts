import type { Millis } from '@tidemark/base';
import type { TimeRange } from '../model/time-range.ts';

/** The newest samples of the series of a block, as far as they are known: whoever counts series asks nothing else. */
export class SeriesEnds {
  /** By series; NaN where it is not known. */
  readonly timeMs: Float64Array;
  readonly #isLive: Uint8Array;

  constructor(series: number) {
    this.timeMs = new Float64Array(series).fill(Number.NaN);
    this.#isLive = new Uint8Array(series);
  }

  /** `isLive`: the newest sample of all is no stale marker. */
  learn(id: number, timeMs: Millis, isLive: boolean): void {
    this.timeMs[id] = timeMs;
    this.#isLive[id] = Number(isLive);
  }

  /** Is the newest sample known, and the range reaches that far? */
  isKnown(id: number, { toMs }: TimeRange): boolean {
    return this.timeMs[id] <= toMs;
  }

  /** Of what is known: does it lie in the range, and the series goes on? */
  isLive(id: number, { fromMs }: TimeRange): boolean {
    return this.#isLive[id] === 1 && this.timeMs[id] >= fromMs;
  }
}
