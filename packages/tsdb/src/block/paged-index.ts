import { ByteReader, CorruptionError } from '@tidemark/base';
import { compareNames } from '../model/labels.ts';
import { type IdList, NO_IDS } from '../postings/id-list.ts';
import type { ValueBatch } from '../postings/label-index.ts';
import type { BlockIndex, SeriesEntry } from './block-index.ts';
import type { ChunkSummary } from './chunk-summary.ts';
import { type PlacedColumn, readColumnPage } from './column-page.ts';
import { ColumnarSeriesPage } from './columnar-series-page.ts';
import { type Directory, type LabelSlice, readDirectory } from './directory.ts';
import { EntrywiseSeriesPage } from './entrywise-series-page.ts';
import { EntrywiseSummaryPage } from './entrywise-summary-page.ts';
import type { BlockMeta, PagedVersion } from './format.ts';
import type { IndexCache } from './index-cache.ts';
import { LabelPage } from './label-pages.ts';
import { type PageTable, wholePage } from './pages.ts';
import type { ColumnEntry } from './run-entry.ts';
import { runOf, SERIES_PER_OLDER_PAGE, SERIES_PER_PAGE, type SeriesPage } from './series-page.ts';
import { ColumnarSummaryPage, type SummaryPage } from './summary-page.ts';

/** What a block's index is read from. */
export interface PagedFile {
  readonly version: PagedVersion;
  readonly path: string;
  readonly meta: BlockMeta;
  readonly cache: IndexCache;
  readonly pagesAt: number;
  readonly pagesBytes: number;
  /** Rejects with `CorruptionError`. */
  read(at: number, bytes: number): Promise<Uint8Array>;
}

/** The index of a block in pages. In memory is its directory, which says where each page is; pages come through the cache. */
export class PagedIndex implements BlockIndex {
  readonly #file: PagedFile;
  readonly #directory: Directory;
  /** Series, or columns, of a page. */
  readonly #perPage: number;
  /** Read last: neighbours are asked for one after the other, and share their times. */
  #lastSeries: { readonly page: number; readonly series: EntriesPage } | null = null;
  #lastSummaries: { readonly page: number; readonly summaries: SummaryPage } | null = null;

  /** Throws `RangeError` on damage. */
  constructor(file: PagedFile, directory: Uint8Array) {
    this.#file = file;
    this.#directory = readDirectory(file.version, directory, file.pagesAt);
    const { series, summaries, end } = this.#directory;
    this.#perPage = file.version < 8 ? SERIES_PER_OLDER_PAGE : SERIES_PER_PAGE;
    const pages = Math.ceil(file.meta.series / this.#perPage);
    if (end !== file.pagesAt + file.pagesBytes || series.at.length !== pages || summaries.at.length !== pages)
      throw new RangeError('a directory that is not that of the block');
  }

  get seriesCount(): number {
    return this.#file.meta.series;
  }

  all(): IdList {
    return Uint32Array.from({ length: this.seriesCount }, (_, id) => id);
  }

  names(): Iterable<string> {
    return this.#directory.names.keys();
  }

  valueCount(name: string): number {
    return this.#directory.names.get(name)?.valueCount ?? 0;
  }

  async ids(name: string, value: string): Promise<IdList> {
    const slices = this.#slicesOf(name);
    const at = sliceOf(slices, value);
    return at < 0 ? NO_IDS : (await this.#labelPage(name, slices, at)).find(value);
  }

  async *values(name: string, prefix = '', contains = ''): AsyncGenerator<ValueBatch> {
    const slices = this.#slicesOf(name);
    for (let at = Math.max(0, sliceOf(slices, prefix)); at < slices.length; at++) {
      // Values are in order: what begins with the prefix lies together.
      const { first } = slices[at];
      if (!first.startsWith(prefix) && compareNames(first, prefix) > 0) return;
      yield (await this.#labelPage(name, slices, at)).having(contains);
    }
  }

  async entry(id: number): Promise<SeriesEntry> {
    const { series, entries } = await this.#seriesPage(id);
    try {
      const placed = series.placed(id);
      const column = await this.#column(placed.column);
      entries[id % this.#perPage] ??= { labels: series.labels(id), run: runOf(id, placed, column) };
      return entries[id % this.#perPage] as SeriesEntry;
    } catch (error) {
      throw this.#asDamage(error, this.#directory.series.at[Math.floor(id / this.#perPage)]);
    }
  }

  entryAtHand(id: number): SeriesEntry | undefined {
    const last = this.#lastSeries;
    return last !== null && last.page === Math.floor(id / this.#perPage) ? last.series.entries[id % this.#perPage] : undefined;
  }

  async summaries(id: number): Promise<readonly (ChunkSummary | null)[]> {
    const page = Math.floor(id / this.#perPage);
    const summaries = await this.#summariesPage(page);
    const { run } = this.entryAtHand(id) ?? (await this.entry(id));
    try {
      return summaries.of(
        id % this.#perPage,
        run.chunks.map(({ count }) => count),
      );
    } catch (error) {
      throw this.#asDamage(error, this.#directory.summaries.at[page]);
    }
  }

  #slicesOf(name: string): readonly LabelSlice[] {
    return this.#directory.names.get(name)?.slices ?? [];
  }

  #labelPage(name: string, slices: readonly LabelSlice[], at: number): Promise<LabelPage> {
    const { pages, page, from, to } = slices[at];
    return this.#page(`label/${name}/${at}`, pages, page, (bytes) => {
      const value = new LabelPage(from === 0 && to === bytes.length ? bytes : bytes.slice(from, to), this.seriesCount);
      return { value, bytes: value.bytes };
    });
  }

  async #seriesPage(id: number): Promise<EntriesPage> {
    const page = Math.floor(id / this.#perPage);
    if (this.#lastSeries?.page === page) return this.#lastSeries.series;
    const firstId = page * this.#perPage;
    const count = this.#seriesOf(page);
    const series = await this.#page<EntriesPage>('series', this.#directory.series, page, (bytes) => ({
      value: {
        series: this.#file.version === 5 ? new EntrywiseSeriesPage(bytes, firstId, count) : new ColumnarSeriesPage(bytes, firstId, count),
        entries: new Array(count).fill(undefined),
      },
      bytes: PARSED_RATIO * bytes.length + ENTRY_BYTES * count,
    }));
    this.#lastSeries = { page, series };
    return series;
  }

  #seriesOf(page: number): number {
    return Math.min(this.#perPage, this.seriesCount - page * this.#perPage);
  }

  async #summariesPage(page: number): Promise<SummaryPage> {
    if (this.#lastSummaries?.page === page) return this.#lastSummaries.summaries;
    const count = this.#seriesOf(page);
    const summaries = await this.#page<SummaryPage>('summaries', this.#directory.summaries, page, (bytes) => {
      const value = this.#file.version < 8 ? new EntrywiseSummaryPage(bytes, count) : new ColumnarSummaryPage(new ByteReader(bytes), count);
      return { value, bytes: value.bytes };
    });
    this.#lastSummaries = { page, summaries };
    return summaries;
  }

  /** The same object each time, as long as its page stays. */
  async #column(number: number): Promise<ColumnEntry> {
    const page = Math.floor(number / this.#perPage);
    const { columns } = this.#directory;
    if (page < 0 || page >= columns.at.length) throw new RangeError('a column that is not there');
    const { placed, entries } = await this.#page<ColumnsPage>('columns', columns, page, (bytes) => ({
      value: { placed: readColumnPage(bytes, this.#file.meta.windowMs, this.#file.version > 5), entries: [] },
      bytes: COLUMN_RATIO * bytes.length,
    }));
    const known = entries[number % this.#perPage];
    if (known !== undefined) return known;
    const column = placed[number % this.#perPage];
    if (column === undefined) throw new RangeError('a column that is not there');
    const { part, ...rest } = column;
    const base = part === 0 ? null : await this.#column(number - part);
    if (base !== null && base.base !== null) throw new RangeError('a part of what is a part itself');
    const entry = { ...rest, base };
    entries[number % this.#perPage] ??= entry;
    return entries[number % this.#perPage];
  }

  #page<T>(kind: string, table: PageTable, page: number, parse: (bytes: Uint8Array) => { value: T; bytes: number }): Promise<T> {
    const { cache, path } = this.#file;
    return cache.get(path, `${kind}/${page}`, async () => {
      const bytes = await this.#file.read(table.at[page], table.bytes[page]);
      try {
        return parse(wholePage(this.#file.version, table, page, bytes));
      } catch (error) {
        throw this.#asDamage(error, table.at[page]);
      }
    });
  }

  #asDamage(error: unknown, offset: number): unknown {
    return error instanceof RangeError ? new CorruptionError({ file: this.#file.path, offset, reason: error.message }) : error;
  }
}

/** What is made of a page when it is asked for, and kept with it. */
interface EntriesPage {
  readonly series: SeriesPage;
  readonly entries: (SeriesEntry | undefined)[];
}

interface ColumnsPage {
  readonly placed: readonly PlacedColumn[];
  readonly entries: ColumnEntry[];
}

/** Bytes, and what is made of them: strings, positions. */
const PARSED_RATIO = 4;
/** The labels of a series, and what is known of its chunks, once somebody has asked for them. */
const ENTRY_BYTES = 400;
/** A chunk's few bytes become an object. */
const COLUMN_RATIO = 12;

/** The slice that has `value` if one has it, or -1. */
function sliceOf(slices: readonly LabelSlice[], value: string): number {
  let low = 0;
  let high = slices.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareNames(slices[middle].first, value) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
