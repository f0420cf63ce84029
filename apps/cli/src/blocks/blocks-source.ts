import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Millis } from '@tidemark/base';
import { decodeXorChunk } from '@tidemark/tsdb/xor-chunk';
import { ColumnBuilder } from '../import/column-builder.ts';
import { ImportNotes, type ImportSource, type SeriesPart } from '../import/source.ts';
import { WINDOW_MS } from '../limits.ts';
import type { IndexedSeries } from './index-file.ts';
import { PrometheusBlock } from './prometheus-block.ts';

const XOR = 1;
/** As they are counted when they are left out. */
const ENCODINGS: Readonly<Record<number, string>> = {
  2: 'chunks of native histograms',
  3: 'chunks of native histograms with floats',
};

/** Prometheus' blocks. What is only in its write-ahead log is not in them. */
export class BlocksSource implements ImportSource {
  readonly fingerprint: string;
  readonly title: string;
  readonly fromMs = null;
  readonly toMs = null;
  readonly metadata = new Map();
  readonly notes = new ImportNotes();
  readonly #blocks: readonly PrometheusBlock[];
  readonly #samples = new ColumnBuilder();

  constructor(dir: string) {
    this.#blocks = PrometheusBlock.list(dir);
    this.title = `${this.#blocks.length} block${this.#blocks.length === 1 ? '' : 's'} of ${basename(resolve(dir))}`;
    const identity = this.#blocks.map(({ meta }) => [meta.ulid, meta.minTime, meta.maxTime]);
    this.fingerprint = createHash('sha256').update(JSON.stringify(identity)).digest('hex');
    if (existsSync(join(dir, 'wal')))
      this.notes.add('write-ahead log of Prometheus, which is not in blocks yet (its newest hours)', 1, join(dir, 'wal'));
  }

  async windows(): Promise<readonly Millis[]> {
    const starts = new Set<Millis>();
    for (const { meta } of this.#blocks) for (let at = windowOf(meta.minTime); at < meta.maxTime; at += WINDOW_MS) starts.add(at);
    return [...starts].sort((a, b) => a - b);
  }

  async *read(windowMs: Millis): AsyncIterable<SeriesPart> {
    const windowEndMs = windowMs + WINDOW_MS;
    for (const block of this.#blocks) {
      if (block.meta.maxTime <= windowMs || block.meta.minTime >= windowEndMs) {
        if (block.meta.maxTime <= windowMs) block.close();
        continue;
      }
      block.open();
      for (const series of block.series()) {
        const part = this.#samplesOf(block, series, windowMs, windowEndMs);
        if (part !== null) yield part;
      }
    }
  }

  async close(): Promise<void> {
    for (const block of this.#blocks) block.close();
  }

  #samplesOf(block: PrometheusBlock, series: IndexedSeries, windowMs: Millis, windowEndMs: Millis): SeriesPart | null {
    const { labels, chunks } = series;
    const deleted = block.deletedOf(series);
    const fromMs = Math.max(windowMs, block.meta.minTime);
    const toMs = Math.min(windowEndMs, block.meta.maxTime);
    for (const reference of chunks) {
      if (reference.toMs < fromMs || reference.fromMs >= toMs) continue;
      const { encoding, bytes } = block.chunk(reference);
      if (encoding !== XOR) {
        // It lies in several windows, and is counted in its first.
        if (reference.fromMs >= fromMs) this.notes.add(ENCODINGS[encoding] ?? `chunks of encoding ${encoding}`, 1, `${labels}`);
        continue;
      }
      const { times, values } = block.decoding(series, () => decodeXorChunk(bytes));
      for (let i = 0; i < times.length; i++) {
        const timeMs = times[i];
        if (timeMs < fromMs || timeMs >= toMs) continue;
        if (deleted.some((interval) => interval.fromMs <= timeMs && timeMs <= interval.toMs)) continue;
        this.#samples.add(timeMs, values, i);
      }
    }
    return this.#samples.length === 0 ? null : { labels, ...this.#samples.take() };
  }
}

function windowOf(atMs: Millis): Millis {
  return Math.floor(atMs / WINDOW_MS) * WINDOW_MS;
}
