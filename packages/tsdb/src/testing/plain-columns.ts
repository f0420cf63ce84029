/** Steady appends of the head in plain words: what kernel/head does with typed memory. Values by their bits. */
import { CHUNK_SAMPLES_MAX, SLOW_CHUNK_MS, SLOW_CHUNK_SAMPLES, WINDOW_MS, windowOf } from '../limits.ts';

export type PlainSample = readonly [timeMs: number, bits: bigint];

export class PlainColumns {
  readonly #series = new Map<number, { closedMs: number; open: PlainSample[]; readonly chunks: PlainSample[][] }>();

  of(place: number) {
    let series = this.#series.get(place);
    if (series === undefined) {
      series = { closedMs: 0, open: [], chunks: [] };
      this.#series.set(place, series);
    }
    return series;
  }

  /** False when the sample is not the series' next one. */
  next(place: number, timeMs: number, bits: bigint): boolean {
    const series = this.of(place);
    const last = series.open.at(-1);
    if (timeMs <= (last === undefined ? series.closedMs : last[0])) return false;
    if (last !== undefined && (windowOf(last[0]) < windowOf(timeMs) || this.#isComplete(place))) this.seal(place);
    series.open.push([timeMs, bits]);
    return true;
  }

  seal(place: number): void {
    const series = this.of(place);
    if (series.open.length === 0) return;
    series.chunks.push(series.open);
    series.closedMs = (series.open.at(-1) as PlainSample)[0];
    series.open = [];
  }

  #isComplete(place: number): boolean {
    const { open, closedMs } = this.of(place);
    const [firstMs] = open[0];
    const [lastMs] = open[open.length - 1];
    if (open.length % 8 !== 0) return false;
    if (open.length >= CHUNK_SAMPLES_MAX) return true;
    const isFirstChunk = closedMs === 0 || closedMs < windowOf(firstMs);
    if (isFirstChunk && open.length >= 8 * (1 + (Math.floor(place / 1024) % 6))) return true;
    return open.length >= SLOW_CHUNK_SAMPLES && lastMs - firstMs >= SLOW_CHUNK_MS;
  }
}

/** The windows of what is sealed. */
export function windowsOf(chunks: readonly (readonly PlainSample[])[]): number[] {
  return [...new Set(chunks.map(([[timeMs]]) => Math.floor(timeMs / WINDOW_MS) * WINDOW_MS))];
}
