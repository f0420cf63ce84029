import { isAscii } from 'node:buffer';
import { ByteReader, ByteWriter, sortInSlices } from '@tidemark/base';
import { compareNames } from '../model/labels.ts';
import type { Pacer } from '../pacer.ts';
import { type IdList, NO_IDS } from '../postings/id-list.ts';
import { IdLists } from '../postings/id-lists.ts';
import type { ValueBatch } from '../postings/label-index.ts';
import type { WrittenName } from './directory.ts';
import type { TableWriter } from './pages.ts';
import { readIds } from './read-ids.ts';
import { SpreadMap } from './spread-map.ts';

/**
 * Which series of a block carry a label: pages with the values of one name each, in the order of their UTF-8 bytes.
 *
 *   label page := (value:string  ids:varint  bytes:varint  delta:varint{ids})*
 *   names      := names:varint (name:string  values:varint  pages:varint  (first:string  page){pages}){names}
 *
 * Ids rise, each written as the difference to the one before, the first to 0; `bytes` are those of the deltas.
 */

/** A page ends behind the value that makes it this long: some hundred values. */
const PAGE_BYTES = 16 * 1024;

export class LabelsWriter {
  readonly #byName = new Map<string, NameValues>();
  /** A list in typed arrays is nothing that the garbage collector must copy. */
  readonly #lists = new IdLists();
  #listCount = 0;

  /** Ids rise. */
  add(name: string, value: string, id: number): void {
    let values = this.#byName.get(name);
    if (values === undefined) {
      values = { lists: new SpreadMap(), lastValue: null, lastList: -1 };
      this.#byName.set(name, values);
    }
    // Neighbours share most labels.
    if (values.lastValue !== value) {
      values.lastValue = value;
      const known = values.lists.get(value);
      values.lastList = known ?? this.#listCount++;
      if (known === undefined) values.lists.add(value, values.lastList);
    }
    this.#lists.push(values.lastList, id);
  }

  /** Puts the pages of all names into `pages`; resolves to what the directory says of the names. */
  async write(pages: TableWriter, pacer: Pacer): Promise<WrittenName[]> {
    const page = new ByteWriter(PAGE_BYTES);
    const deltas = new ByteWriter(256);
    const names: WrittenName[] = [];
    for (const name of await inOrder(this.#byName.keys(), pacer)) {
      const { lists } = this.#byName.get(name) as NameValues;
      const slices: { first: string; bytes: number }[] = [];
      let first = '';
      let from = page.length;
      const endSlice = (): void => {
        if (page.length > from) slices.push({ first, bytes: page.length - from });
      };
      for (const value of await inOrder(lists.keys(), pacer)) {
        await pacer.breathe();
        if (page.length === from) first = value;
        const ids = this.#lists.view(lists.get(value) as number);
        deltas.reset();
        let last = 0;
        for (const id of ids) {
          deltas.varint(id - last);
          last = id;
        }
        page.string(value);
        page.varint(ids.length);
        page.varint(deltas.length);
        page.bytes(deltas.view());
        if (page.length < PAGE_BYTES) continue;
        endSlice();
        pages.add(page.view());
        page.reset();
        from = 0;
      }
      endSlice();
      names.push({ name, valueCount: lists.size, slices });
    }
    if (page.length > 0) pages.add(page.view());
    return names;
  }
}

interface NameValues {
  /** The number of each value's list. */
  readonly lists: SpreadMap;
  lastValue: string | null;
  lastList: number;
}

/** A label may have as many values as there are series. */
async function inOrder(names: Iterable<string>, pacer: Pacer): Promise<string[]> {
  const all: string[] = [];
  for (const name of names) {
    await pacer.breathe();
    all.push(name);
  }
  return sortInSlices(all, compareNames, () => pacer.breathe());
}

/** The values of one name on a page. They are made when they are asked for. */
export class LabelPage {
  readonly #bytes: Buffer;
  readonly #seriesCount: number;
  readonly #ascii: boolean;
  /** Where each value begins. */
  readonly #at: Uint32Array;

  /** Throws `RangeError` on damage. */
  constructor(bytes: Uint8Array, seriesCount: number) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#seriesCount = seriesCount;
    this.#ascii = isAscii(bytes);
    const reader = new ByteReader(bytes);
    const at: number[] = [];
    while (reader.remaining > 0) {
      at.push(reader.at);
      reader.skip(reader.varint());
      reader.varint();
      reader.skip(reader.varint());
    }
    this.#at = Uint32Array.from(at);
  }

  get bytes(): number {
    return this.#bytes.length + this.#at.byteLength;
  }

  /** The values that have `text` in them, and maybe others. */
  having(text: string): ValueBatch {
    if (text === '') return this.#batch([...this.#at.keys()]);
    const found: number[] = [];
    for (let from = 0; ; ) {
      const at = this.#bytes.indexOf(text, from);
      if (at < 0) return this.#batch(found);
      const entry = this.#entryOf(at);
      found.push(entry);
      from = entry + 1 < this.#at.length ? this.#at[entry + 1] : this.#bytes.length;
    }
  }

  find(value: string): IdList {
    let low = 0;
    let high = this.#at.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareNames(this.#value(middle), value) < 0) low = middle + 1;
      else high = middle;
    }
    return low < this.#at.length && this.#value(low) === value ? this.#ids(low) : NO_IDS;
  }

  #batch(entries: readonly number[]): ValueBatch {
    return { values: entries.map((entry) => this.#value(entry)), ids: (at) => this.#ids(entries[at]) };
  }

  /** The one that the byte at this position belongs to. */
  #entryOf(at: number): number {
    let low = 0;
    let high = this.#at.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#at[middle] <= at) low = middle;
      else high = middle;
    }
    return low;
  }

  #ids(entry: number): IdList {
    const reader = new ByteReader(this.#bytes, this.#at[entry]);
    reader.skip(reader.varint());
    return readIds(reader, this.#seriesCount);
  }

  #value(entry: number): string {
    const reader = new ByteReader(this.#bytes, this.#at[entry]);
    if (!this.#ascii) return reader.string();
    const length = reader.varint();
    return this.#bytes.toString('latin1', reader.at, reader.at + length);
  }
}
