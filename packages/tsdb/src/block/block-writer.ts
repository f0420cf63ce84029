import { crc32 } from 'node:zlib';
import { assert, ByteWriter, type Millis } from '@tidemark/base';
import { type Files, isFileError, nodeFiles, type OpenFile, publishFile, TEMPORARY_SUFFIX } from '@tidemark/base/files';
import type { DecodedChunk } from '../codec/chunk.ts';
import { BLOCK_WRITE_BYTES } from '../limits.ts';
import { compareLabels, type Labels } from '../model/labels.ts';
import type { Pacer } from '../pacer.ts';
import { encodeWindows } from '../rollup/rolled-chunk.ts';
import type { RolledColumns } from '../rollup/rolled-columns.ts';
import { type ChunkSummary, summarize } from './chunk-summary.ts';
import { ColumnPageWriter } from './column-page.ts';
import { deflated } from './deflated.ts';
import { writeNames } from './directory.ts';
import { type BlockMeta, encodeFooter, encodeMeta, MAGIC } from './format.ts';
import { LabelsWriter } from './label-pages.ts';
import { TableWriter } from './pages.ts';
import { Roots } from './roots.ts';
import type { ChunkEntry } from './run-entry.ts';
import { SeriesPageWriter } from './series-page-writer.ts';
import { SummaryPageWriter } from './summary-page.ts';
import { encodeValues, type TimesColumn, TimesColumns } from './write-columns.ts';

export interface BlockTarget {
  /** The block's file; written under a temporary name until `finish`. */
  readonly path: string;
  readonly id: string;
  readonly tenant: string;
  readonly windowMs: Millis;
  /** How wide its windows are; 0 for samples. */
  readonly resolutionMs: Millis;
}

/** Writes one block, of samples or of windows, series by series in label order. End it with `finish` or `abandon`. */
export class BlockWriter {
  readonly #target: BlockTarget;
  readonly #files: Files;
  readonly #file: OpenFile;
  #writtenBytes = 0;
  readonly #chunks = new ByteWriter(BLOCK_WRITE_BYTES);
  readonly #labels = new LabelsWriter();
  readonly #seriesPage = new SeriesPageWriter();
  readonly #columnPage: ColumnPageWriter;
  readonly #summaryPage = new SummaryPageWriter();
  /** In the order of the file. */
  readonly #tables = { labels: new TableWriter(), series: new TableWriter(), columns: new TableWriter(), summaries: new TableWriter() };
  readonly #columns = new TimesColumns();
  readonly #roots = new Roots();
  #chunksBytes = 0;
  #seriesCount = 0;
  #samples = 0;
  #fromMs = Number.POSITIVE_INFINITY;
  #toMs = Number.NEGATIVE_INFINITY;
  #last: Labels | null = null;

  private constructor(target: BlockTarget, files: Files, file: OpenFile) {
    this.#target = target;
    this.#files = files;
    this.#file = file;
    this.#columnPage = new ColumnPageWriter(target.windowMs);
    this.#chunks.bytes(MAGIC);
  }

  static async create(target: BlockTarget, files = nodeFiles): Promise<BlockWriter> {
    return new BlockWriter(target, files, await files.open(target.path + TEMPORARY_SUFFIX, 'create'));
  }

  get isEmpty(): boolean {
    return this.#seriesCount === 0;
  }

  /** `samples` in rising time, within the window. They are read before this returns. */
  async add(labels: Labels, samples: DecodedChunk): Promise<void> {
    assert(samples.length > 0 && this.#target.resolutionMs === 0, 'a series without samples, or in a block of windows');
    this.#addSamples(this.#begin(labels), labels, samples);
    if (this.#chunks.length >= BLOCK_WRITE_BYTES) await this.#flushChunks();
  }

  /** At least one window; all end after the block's window begins. */
  async addWindows(labels: Labels, windows: RolledColumns): Promise<void> {
    assert(windows.length > 0 && this.#target.resolutionMs === windows.widthMs, 'windows of another width than the block');
    this.#begin(labels);
    const { column, isNew } = this.#columns.columnOfWindows(windows);
    let from = 0;
    const chunks = column.chunks.map(({ count }) => {
      from += count;
      return encodeWindows(windows, from - count, from);
    });
    this.#addRun(labels, { column, isNew }, chunks, 0);
    this.#endSeries(
      chunks.map(() => null),
      column.chunks,
    );
    this.#samples += windows.length;
    this.#fromMs = Math.min(this.#fromMs, windows.endMs[0] - windows.widthMs + 1);
    this.#toMs = Math.max(this.#toMs, windows.endMs[windows.length - 1]);
    if (this.#chunks.length >= BLOCK_WRITE_BYTES) await this.#flushChunks();
  }

  /** The file is durable and has its name when this resolves; nothing refers to it yet. */
  async finish(pacer: Pacer): Promise<BlockMeta> {
    const { id, tenant, windowMs, resolutionMs, path } = this.#target;
    assert(this.#seriesCount > 0, 'a block without series');
    await this.#flushChunks();
    const range = { windowMs, fromMs: this.#fromMs, toMs: this.#toMs };
    const meta = { id, tenant, ...range, series: this.#seriesCount, samples: this.#samples, resolutionMs };
    this.#endSeriesPage();
    if (!this.#columnPage.isEmpty) this.#tables.columns.add(this.#columnPage.take());
    const names = await this.#labels.write(this.#tables.labels, pacer);
    const tables = Object.values(this.#tables);
    const directory = new ByteWriter(4096);
    for (const table of tables) table.writeTable(directory);
    writeNames(directory, names);
    let pagesBytes = 0;
    for (const { pages } of tables) {
      await this.#write(pages);
      pagesBytes += pages.length;
    }
    const sections = [await deflated(directory.view()), encodeMeta(meta)] as const;
    for (const section of sections) await this.#write(section);
    await this.#write(encodeFooter(this.#chunksBytes - MAGIC.length, pagesBytes, ...sections));
    await this.#file.sync();
    await this.#file.close();
    await publishFile(this.#files, path);
    return meta;
  }

  async abandon(): Promise<void> {
    await this.#file.close().catch(() => {});
    await this.#files.remove(this.#target.path + TEMPORARY_SUFFIX).catch((error) => {
      // What stays goes at the next opening.
      if (!isFileError(error)) throw error;
    });
  }

  /** The number of the next series. */
  #begin(labels: Labels): number {
    assert(this.#last === null || compareLabels(this.#last, labels) < 0, 'series must come in label order');
    this.#last = labels;
    const id = this.#seriesCount++;
    for (const [name, value] of labels) this.#labels.add(name, value, id);
    return id;
  }

  #addSamples(id: number, labels: Labels, samples: DecodedChunk): void {
    const times = this.#columns.columnOf(samples);
    const column = times.column.number;
    const { chunks, root, prints } = encodeValues(samples, (prints) => this.#roots.candidates(labels, column, prints));
    this.#roots.remember(labels, { id, column, chunks, depth: root === null ? 0 : root.depth + 1 }, root, prints);
    this.#addRun(
      labels,
      times,
      chunks.map(({ bytes }) => bytes),
      root === null ? 0 : id - root.id,
    );
    this.#endSeries(summariesOf(samples, times.column.chunks), times.column.chunks);
    this.#samples += samples.length;
    this.#fromMs = Math.min(this.#fromMs, samples.times[0]);
    this.#toMs = Math.max(this.#toMs, samples.times[samples.length - 1]);
  }

  #addRun(labels: Labels, { column: times, isNew }: PlacedColumn, chunks: readonly Uint8Array[], rootBack: number): void {
    const gapAt = this.#chunks.length;
    if (isNew) {
      const { part, bytes } = times;
      this.#columnPage.add({ part, at: this.#chunksAt, bytes: bytes.length, chunks: times.chunks, crc: crc32(bytes) });
      if (this.#columnPage.isFull) this.#tables.columns.add(this.#columnPage.take());
      this.#chunks.bytes(bytes);
    }
    const at = this.#chunksAt;
    const valuesAt = this.#chunks.length;
    for (const chunk of chunks) this.#chunks.bytes(chunk);
    const written = this.#chunks.view();
    this.#seriesPage.add(
      labels,
      { at, column: times.number, rootBack, bytes: chunks.map(({ length }) => length) },
      written.subarray(gapAt, valuesAt),
      written.subarray(valuesAt),
    );
  }

  #endSeries(summaries: readonly (ChunkSummary | null)[], chunks: readonly ChunkEntry[]): void {
    this.#summaryPage.add(
      summaries,
      chunks.map(({ count }) => count),
    );
    if (this.#seriesPage.isFull) this.#endSeriesPage();
  }

  #endSeriesPage(): void {
    if (this.#seriesPage.isEmpty) return;
    this.#tables.series.add(this.#seriesPage.take());
    this.#tables.summaries.add(this.#summaryPage.take());
  }

  /** In the chunks section. */
  get #chunksAt(): number {
    return this.#chunksBytes + this.#chunks.length - MAGIC.length;
  }

  async #flushChunks(): Promise<void> {
    await this.#write(this.#chunks.view());
    this.#chunksBytes += this.#chunks.length;
    this.#chunks.reset();
  }
  async #write(bytes: Uint8Array): Promise<void> {
    await this.#file.write(bytes, this.#writtenBytes);
    this.#writtenBytes += bytes.length;
  }
}

interface PlacedColumn {
  readonly column: TimesColumn;
  readonly isNew: boolean;
}

function summariesOf({ values }: DecodedChunk, chunks: readonly ChunkEntry[]): (ChunkSummary | null)[] {
  let from = 0;
  return chunks.map(({ count }) => {
    from += count;
    return summarize(values, from - count, from);
  });
}
