/**
 * Zeros where a counter or a histogram says that it started, so that its first sample counts as growth. As in Prometheus: only behind
 * everything that is known of the series, and not long before the sample that says so. A process that knows nothing of a series yet may
 * give a zero that is stored already; equal samples are one.
 */
import { decodeHistogram, encodeHistogram } from '@tidemark/tsdb/model';
import { START_ZERO_AGE_MS_MAX } from '../limits.ts';

/** Is a zero to be given at `startMs`? NaN: no start is told. `lastMs`: of the newest sample that is known, NaN for none. */
export function isStartDue(startMs: number, sampleMs: number, lastMs: number): boolean {
  return startMs < sampleMs && startMs >= sampleMs - START_ZERO_AGE_MS_MAX && !(startMs <= lastMs);
}

/** Nothing observed, in the buckets of another histogram; a counter that begins. */
export function emptyLike(histogram: Uint8Array): Uint8Array {
  const none = new Map<number, number>();
  const { schema, bounds, zeroThreshold } = decodeHistogram(histogram);
  return encodeHistogram({ schema, bounds, zeroThreshold, zeroCount: 0, count: 0, sum: 0, positive: none, negative: none, hint: 'reset' });
}

/** What is known of the series of one table, by their numbers. */
export class KnownStarts {
  #table: object | null = null;
  #lastMs = new Float64Array(0);
  #givenMs = new Float64Array(0);

  /** As `isStartDue`; a zero that was given is given again with samples that are sent again. */
  take(table: object, number: number, startMs: number, sampleMs: number): boolean {
    this.#makeRoom(table, number);
    const lastMs = this.#lastMs[number];
    if (!(sampleMs <= lastMs)) this.#lastMs[number] = sampleMs;
    const isRepeated = startMs === this.#givenMs[number] && sampleMs <= lastMs;
    if (!isRepeated && !isStartDue(startMs, sampleMs, lastMs)) return false;
    this.#givenMs[number] = startMs;
    return true;
  }

  #makeRoom(table: object, number: number): void {
    if (this.#table !== table) {
      this.#table = table;
      this.#lastMs = new Float64Array(0);
      this.#givenMs = new Float64Array(0);
    }
    if (number < this.#lastMs.length) return;
    const capacity = Math.max(64, 2 * number);
    this.#lastMs = grown(this.#lastMs, capacity);
    this.#givenMs = grown(this.#givenMs, capacity);
  }
}

function grown(column: Float64Array, capacity: number) {
  const larger = new Float64Array(capacity).fill(Number.NaN);
  larger.set(column);
  return larger;
}
