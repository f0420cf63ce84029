import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Millis } from '@tidemark/base';
import { decodeHistogramChunk } from '@tidemark/tsdb/prometheus-histogram-reader';
import { decodeXorChunk } from '@tidemark/tsdb/xor-chunk';
import { addHistograms } from '../import/add-histograms.ts';
import { ColumnBuilder } from '../import/column-builder.ts';
import { ImportNotes, type ImportSource, type SeriesPart } from '../import/source.ts';
import { WINDOW_MS } from '../limits.ts';
import type { IndexedSeries } from './index-file.ts';
import { PrometheusBlock } from './prometheus-block.ts';

const XOR = 1;
const HISTOGRAMS = 2;
const FLOAT_HISTOGRAMS = 3;

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
      const isLeft = (timeMs: number) =>
        timeMs < fromMs || timeMs >= toMs || deleted.some((interval) => interval.fromMs <= timeMs && timeMs <= interval.toMs);
      if (encoding === XOR) {
        const { times, values } = block.decoding(series, () => decodeXorChunk(bytes));
        for (let i = 0; i < times.length; i++) if (!isLeft(times[i])) this.#samples.add(times[i], values, i);
      } else if (encoding === HISTOGRAMS || encoding === FLOAT_HISTOGRAMS) {
        addHistograms(
          this.#samples,
          block.decoding(series, () => decodeHistogramChunk(bytes, encoding === HISTOGRAMS)),
          (timeMs) => !isLeft(timeMs),
        );
        // It lies in several windows, and is counted in its first.
      } else if (reference.fromMs >= fromMs) this.notes.add(`chunks of encoding ${encoding}`, 1, `${labels}`);
    }
    return this.#samples.length === 0 ? null : { labels, ...this.#samples.take() };
  }
}

function windowOf(atMs: Millis): Millis {
  return Math.floor(atMs / WINDOW_MS) * WINDOW_MS;
}
