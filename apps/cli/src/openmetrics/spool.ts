import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, type Millis } from '@tidemark/base';
import { SPOOL_SAMPLES, WINDOW_MS } from '../limits.ts';

/**
 * Samples put into the order of their windows. They come in any order, as a file has them; what does not fit into memory goes to a
 * temporary file in pages, each of one window:
 *
 *   page := (series:f64 timeMs:f64 value:f64)*
 */
export class Spool {
  readonly #samplesMax: number;
  readonly #waiting = new Map<Millis, Rows>();
  readonly #pages = new Map<Millis, { readonly at: number; readonly bytes: number }[]>();
  #waitingSamples = 0;
  #file: { readonly dir: string; readonly handle: number } | null = null;
  #fileBytes = 0;

  constructor(samplesMax = SPOOL_SAMPLES) {
    this.#samplesMax = samplesMax;
  }

  add(series: number, timeMs: Millis, value: number): void {
    const windowMs = Math.floor(timeMs / WINDOW_MS) * WINDOW_MS;
    let rows = this.#waiting.get(windowMs);
    if (rows === undefined) {
      rows = new Rows();
      this.#waiting.set(windowMs, rows);
    }
    rows.add(series, timeMs, value);
    if (++this.#waitingSamples >= this.#samplesMax) this.#writeOut();
  }

  get windows(): Millis[] {
    return [...new Set([...this.#waiting.keys(), ...this.#pages.keys()])].sort((a, b) => a - b);
  }

  /** By series, in rising time; of equal times the first that came. All of a series at once, unless the window is larger than memory. */
  *read(windowMs: Millis): Generator<{ readonly series: number; readonly times: Float64Array; readonly values: Float64Array }> {
    const waiting = this.#waiting.get(windowMs)?.view ?? new Float64Array(0);
    let rows: Float64Array[] = [];
    let samples = 0;
    for (const page of this.#pages.get(windowMs) ?? []) {
      rows.push(this.#readPage(page));
      samples += rows[rows.length - 1].length / ROW;
      if (samples < this.#samplesMax) continue;
      yield* bySeries(joined(rows));
      rows = [];
      samples = 0;
    }
    yield* bySeries(joined([...rows, waiting]));
  }

  close(): void {
    if (this.#file === null) return;
    closeSync(this.#file.handle);
    rmSync(this.#file.dir, { recursive: true });
    this.#file = null;
  }

  #writeOut(): void {
    if (this.#file === null) {
      const dir = mkdtempSync(join(tmpdir(), 'tidemark-import-'));
      this.#file = { dir, handle: openSync(join(dir, 'samples'), 'wx+') };
    }
    for (const [windowMs, rows] of this.#waiting) {
      const { view } = rows;
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      for (let done = 0; done < bytes.length; )
        done += writeSync(this.#file.handle, bytes, done, bytes.length - done, this.#fileBytes + done);
      const pages = this.#pages.get(windowMs) ?? [];
      pages.push({ at: this.#fileBytes, bytes: bytes.length });
      this.#pages.set(windowMs, pages);
      this.#fileBytes += bytes.length;
    }
    this.#waiting.clear();
    this.#waitingSamples = 0;
  }

  #readPage({ at, bytes }: { readonly at: number; readonly bytes: number }): Float64Array {
    assert(this.#file !== null, 'pages lie in a file');
    const rows = new Float64Array(bytes / 8);
    const target = new Uint8Array(rows.buffer);
    for (let done = 0; done < bytes; ) {
      const read = readSync(this.#file.handle, target, done, bytes - done, at + done);
      assert(read > 0, 'the file holds what was written');
      done += read;
    }
    return rows;
  }
}

const ROW = 3;

class Rows {
  #rows = new Float64Array(64 * ROW);
  #length = 0;

  add(series: number, timeMs: number, value: number): void {
    if (this.#length === this.#rows.length) {
      const grown = new Float64Array(2 * this.#rows.length);
      grown.set(this.#rows);
      this.#rows = grown;
    }
    this.#rows[this.#length] = series;
    this.#rows[this.#length + 1] = timeMs;
    this.#rows[this.#length + 2] = value;
    this.#length += ROW;
  }

  get view(): Float64Array {
    return this.#rows.subarray(0, this.#length);
  }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  if (parts.length === 1) return parts[0];
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function* bySeries(
  rows: Float64Array,
): Generator<{ readonly series: number; readonly times: Float64Array; readonly values: Float64Array }> {
  const order = Uint32Array.from({ length: rows.length / ROW }, (_, i) => i * ROW);
  order.sort((a, b) => rows[a] - rows[b] || rows[a + 1] - rows[b + 1] || a - b);
  for (let from = 0; from < order.length; ) {
    const series = rows[order[from]];
    let to = from + 1;
    while (to < order.length && rows[order[to]] === series) to++;
    const times = new Float64Array(to - from);
    const values = new Float64Array(to - from);
    let length = 0;
    for (let i = from; i < to; i++) {
      const timeMs = rows[order[i] + 1];
      if (length > 0 && times[length - 1] === timeMs) continue;
      times[length] = timeMs;
      values[length++] = rows[order[i] + 2];
    }
    yield { series, times: times.subarray(0, length), values: values.subarray(0, length) };
    from = to;
  }
}
