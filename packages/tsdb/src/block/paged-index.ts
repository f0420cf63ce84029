import { ByteReader, CorruptionError } from '@tidemark/base';
import { compareNames } from '../model/labels.ts';
import { type IdList, NO_IDS } from '../postings/id-list.ts';
import type { ValueBatch } from '../postings/label-index.ts';
import type { BlockIndex, SeriesEntry } from './block-index.ts';
import { type ChunkSummary, readSummary } from './chunk-summary.ts';
import type { BlockMeta } from './format.ts';
import type { IndexCache } from './index-cache.ts';
import { LabelPage } from './label-pages.ts';
import { inflatePage, type PageTable, readPageTable } from './pages.ts';
import type { ColumnEntry } from './run-entry.ts';
import { readColumnPage, runOf, SERIES_PER_PAGE, SeriesPage } from './series-page.ts';

/** What a block's index is read from. */
export interface PagedFile {
  readonly path: string;
  readonly meta: BlockMeta;
  readonly cache: IndexCache;
  readonly pagesAt: number;
  readonly pagesBytes: number;
  /** Rejects with `CorruptionError`. */
  read(at: number, bytes: number): Promise<Uint8Array>;
}

/**
 * The index of a block in pages. In memory is its directory, which says where each page is; pages come through the cache.
 *
 *   directory := names                        of label-pages.ts: the pages of label values
 *                pages:varint page{pages}     of series, 256 each
 *                pages:varint page{pages}     of columns of times, 256 each
 *                pages:varint page{pages}     of summaries: those of the same series as the pages of series
 */
export class PagedIndex implements BlockIndex {
  readonly #file: PagedFile;
  readonly #names = new Map<string, LabelTable>();
  readonly #series: PageTable;
  readonly #columns: PageTable;
  readonly #summaries: PageTable;
  /** Read last: neighbours are asked for one after the other, and share their times. */
  #lastSeries: { readonly page: number; readonly series: SeriesPage } | null = null;
  #lastColumn: { readonly number: number; readonly column: ColumnEntry } | null = null;

  /** Throws `RangeError` on damage. */
  constructor(file: PagedFile, directory: Uint8Array) {
    this.#file = file;
    const reader = new ByteReader(directory);
    let at = file.pagesAt;
    const table = (count: number, before?: () => void): PageTable => {
      const { table: read, end } = readPageTable(reader, count, at, before);
      at = end;
      return read;
    };
    for (let left = reader.varint(); left > 0; left--) {
      const name = reader.string();
      const valueCount = reader.varint();
      const firsts: string[] = [];
      const pages = table(reader.varint(), () => firsts.push(reader.string()));
      this.#names.set(name, { valueCount, firsts, pages });
    }
    this.#series = table(reader.varint());
    this.#columns = table(reader.varint());
    this.#summaries = table(reader.varint());
    const pages = Math.ceil(file.meta.series / SERIES_PER_PAGE);
    const isWhole = reader.remaining === 0 && at === file.pagesAt + file.pagesBytes;
    if (!isWhole || this.#series.at.length !== pages || this.#summaries.at.length !== pages)
      throw new RangeError('a directory that is not that of the block');
  }

  get seriesCount(): number {
    return this.#file.meta.series;
  }

  all(): IdList {
    return Uint32Array.from({ length: this.seriesCount }, (_, id) => id);
  }

  names(): Iterable<string> {
    return this.#names.keys();
  }

  valueCount(name: string): number {
    return this.#names.get(name)?.valueCount ?? 0;
  }

  async ids(name: string, value: string): Promise<IdList> {
    const table = this.#names.get(name);
    const page = table === undefined ? -1 : pageOf(table, value);
    return table === undefined || page < 0 ? NO_IDS : (await this.#labelPage(name, table, page)).find(value);
  }

  async *values(name: string, prefix = '', contains = ''): AsyncGenerator<ValueBatch> {
    const table = this.#names.get(name);
    if (table === undefined) return;
    for (let page = Math.max(0, pageOf(table, prefix)); page < table.firsts.length; page++) {
      // Values are in order: what begins with the prefix lies together.
      if (!table.firsts[page].startsWith(prefix) && compareNames(table.firsts[page], prefix) > 0) return;
      yield (await this.#labelPage(name, table, page)).having(contains);
    }
  }

  async entry(id: number): Promise<SeriesEntry> {
    const page = await this.#seriesPage(id);
    try {
      const placed = page.placed(id);
      const column = await this.#column(placed.column);
      return { labels: page.labels(id), run: runOf(id, placed, column) };
    } catch (error) {
      throw this.#asDamage(error, this.#series.at[Math.floor(id / SERIES_PER_PAGE)]);
    }
  }

  async summaries(id: number): Promise<readonly (ChunkSummary | null)[]> {
    const { bytes, at } = await this.#page('summaries', this.#summaries, Math.floor(id / SERIES_PER_PAGE), (page) => ({
      value: { bytes: page, at: summariesAt(page) },
      bytes: page.length + 4 * SERIES_PER_PAGE,
    }));
    const { run } = await this.entry(id);
    const reader = new ByteReader(bytes, at[id % SERIES_PER_PAGE]);
    return run.chunks.map(({ count }) => readSummary(reader, count));
  }

  #labelPage(name: string, { pages }: LabelTable, page: number): Promise<LabelPage> {
    return this.#page(`label/${name}`, pages, page, (bytes) => {
      const value = new LabelPage(bytes, this.seriesCount);
      return { value, bytes: value.bytes };
    });
  }

  async #seriesPage(id: number): Promise<SeriesPage> {
    const page = Math.floor(id / SERIES_PER_PAGE);
    if (this.#lastSeries?.page === page) return this.#lastSeries.series;
    const firstId = page * SERIES_PER_PAGE;
    const count = Math.min(SERIES_PER_PAGE, this.seriesCount - firstId);
    const series = await this.#page('series', this.#series, page, (bytes) => ({
      value: new SeriesPage(bytes, firstId, count),
      bytes: PARSED_RATIO * bytes.length + LABELS_BYTES * count,
    }));
    this.#lastSeries = { page, series };
    return series;
  }

  async #column(number: number): Promise<ColumnEntry> {
    if (this.#lastColumn?.number === number) return this.#lastColumn.column;
    const page = Math.floor(number / SERIES_PER_PAGE);
    if (page >= this.#columns.at.length) throw new RangeError('a column that is not there');
    const columns = await this.#page('columns', this.#columns, page, (bytes) => ({
      value: readColumnPage(bytes, this.#file.meta.windowMs),
      bytes: COLUMN_RATIO * bytes.length,
    }));
    const column = columns[number % SERIES_PER_PAGE];
    if (column === undefined) throw new RangeError('a column that is not there');
    this.#lastColumn = { number, column };
    return column;
  }

  #page<T>(kind: string, table: PageTable, page: number, parse: (bytes: Uint8Array) => { value: T; bytes: number }): Promise<T> {
    const { cache, meta } = this.#file;
    return cache.get(meta.id, `${kind}/${page}`, async () => {
      const bytes = await this.#file.read(table.at[page], table.bytes[page]);
      try {
        return parse(inflatePage(table, page, bytes));
      } catch (error) {
        throw this.#asDamage(error, table.at[page]);
      }
    });
  }

  #asDamage(error: unknown, offset: number): unknown {
    return error instanceof RangeError ? new CorruptionError({ file: this.#file.path, offset, reason: error.message }) : error;
  }
}

/** By series of a page: where its summaries begin. */
function summariesAt(page: Uint8Array): Uint32Array {
  const reader = new ByteReader(page);
  const at: number[] = [];
  while (reader.remaining > 0) {
    const bytes = reader.varint();
    at.push(reader.at);
    reader.bytes(bytes);
  }
  return Uint32Array.from(at);
}

/** Bytes, and what is made of them: strings, positions. */
const PARSED_RATIO = 4;
/** The labels of a series once somebody has asked for them. */
const LABELS_BYTES = 200;
/** A chunk's few bytes become an object. */
const COLUMN_RATIO = 12;

interface LabelTable {
  readonly valueCount: number;
  /** The first value of each page. */
  readonly firsts: readonly string[];
  readonly pages: PageTable;
}

/** The page that has `value` if one has it, or -1. */
function pageOf({ firsts }: LabelTable, value: string): number {
  let low = 0;
  let high = firsts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareNames(firsts[middle], value) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
