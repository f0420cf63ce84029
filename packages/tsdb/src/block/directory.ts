import { ByteReader, type ByteWriter } from '@tidemark/base';
import type { PagedVersion } from './format.ts';
import { type PageTable, readPageTable } from './pages.ts';

/**
 * Where the pages of a block's index are:
 *
 *   directory := pages:varint page{pages}     of label values
 *                pages:varint page{pages}     of series, 512 each
 *                pages:varint page{pages}     of columns of times, 512 each
 *                pages:varint page{pages}     of summaries: those of the same series as the pages of series
 *                names:varint (name:string  values:varint  slices:varint (first:string bytes:varint){slices}){names}
 *
 * Slices of pages of label values have values of one name; they lie behind each other, and fill the pages one by one. `first` is the slice's first
 * value, empty for a name's first slice. In version 5 there is a page for each slice, and the directory begins with
 *
 *   names:varint (name:string  values:varint  pages:varint (first:string page){pages}){names}     in place of label pages and names
 */
export interface Directory {
  readonly names: ReadonlyMap<string, LabelTable>;
  /** Of all names; null in version 5, where each name has its own. */
  readonly labels: PageTable | null;
  readonly series: PageTable;
  readonly columns: PageTable;
  readonly summaries: PageTable;
  /** Where the last page ends. */
  readonly end: number;
}

export interface LabelTable {
  readonly valueCount: number;
  /** In the order of their values. */
  readonly slices: readonly LabelSlice[];
}

export interface LabelSlice {
  /** The first value, or what is before it and behind all values of the slice before. */
  readonly first: string;
  readonly pages: PageTable;
  readonly page: number;
  /** In the page, inflated. */
  readonly from: number;
  readonly to: number;
}

/** What is written of a name, in the order of pages. */
export interface WrittenName {
  readonly name: string;
  readonly valueCount: number;
  readonly slices: readonly { readonly first: string; readonly bytes: number }[];
}

export function writeNames(out: ByteWriter, names: readonly WrittenName[]): void {
  out.varint(names.length);
  for (const { name, valueCount, slices } of names) {
    out.string(name);
    out.varint(valueCount);
    out.varint(slices.length);
    for (const [i, { first, bytes }] of slices.entries()) {
      out.string(i === 0 ? '' : first);
      out.varint(bytes);
    }
  }
}

/** Pages begin at `pagesAt`. Throws `RangeError` on damage. */
export function readDirectory(version: PagedVersion, bytes: Uint8Array, pagesAt: number): Directory {
  const reader = new ByteReader(bytes);
  let at = pagesAt;
  const table = (before?: () => void): PageTable => {
    const { table: read, end } = readPageTable(reader, reader.varint(), at, before);
    at = end;
    return read;
  };
  const tables = () => ({ series: table(), columns: table(), summaries: table() });
  const names = new Map<string, LabelTable>();
  let directory: Directory;
  if (version === 5) {
    readOwnPages(reader, names, table);
    directory = { names, labels: null, ...tables(), end: at };
  } else {
    const labels = table();
    directory = { names, labels, ...tables(), end: at };
    readSlices(reader, names, labels);
  }
  if (reader.remaining > 0) throw new RangeError('more than a directory should have');
  return directory;
}

function readOwnPages(reader: ByteReader, names: Map<string, LabelTable>, table: (before: () => void) => PageTable): void {
  for (let left = reader.varint(); left > 0; left--) {
    const name = reader.string();
    const valueCount = reader.varint();
    const firsts: string[] = [];
    const pages = table(() => firsts.push(reader.string()));
    names.set(name, { valueCount, slices: firsts.map((first, page) => ({ first, pages, page, from: 0, to: pages.whole[page] })) });
  }
}

function readSlices(reader: ByteReader, names: Map<string, LabelTable>, pages: PageTable): void {
  let page = 0;
  let from = 0;
  for (let left = reader.varint(); left > 0; left--) {
    const name = reader.string();
    const valueCount = reader.varint();
    const slices: LabelSlice[] = [];
    for (let more = reader.varint(); more > 0; more--) {
      const first = reader.string();
      const to = from + reader.varint();
      if (page === pages.at.length || to > pages.whole[page]) throw new RangeError('a slice behind the last page of labels');
      slices.push({ first, pages, page, from, to });
      const isEnd = to === pages.whole[page];
      page += isEnd ? 1 : 0;
      from = isEnd ? 0 : to;
    }
    names.set(name, { valueCount, slices });
  }
  if (page !== pages.at.length || from !== 0) throw new RangeError('a page of labels that nothing refers to');
}
