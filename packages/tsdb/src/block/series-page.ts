import { ByteReader, ByteWriter } from '@tidemark/base';
import { Labels } from '../model/labels.ts';
import { type ColumnEntry, type RunEntry, readChunkEntries, writeChunkEntries } from './run-entry.ts';

/**
 * A page of the index with some series, and one with some columns of times. Nothing in it refers to another page but by number.
 *
 *   series page := at:varint  symbols:varint string{symbols}  series{≤ 256}
 *   series      := labels:varint (name:varint value:varint){labels}
 *                  gap:varint  column:varint  root:varint  chunks:varint bytes:varint{chunks}  crc:u32
 *   column page := at:varint  column{≤ 256}
 *   column      := gap:varint  chunks:varint (gap:varint span:varint count:varint bytes:varint){chunks}  crc:u32
 *
 * `at` is where in the chunks section the first one's gap begins; `gap` is how many bytes lie between the one before and this one.
 */
export const SERIES_PER_PAGE = 256;

export interface PlacedValues {
  /** From the start of the chunks section. */
  readonly at: number;
  readonly column: number;
  /** How many series before this one the root is, or 0. */
  readonly rootBack: number;
  readonly bytes: readonly number[];
  readonly crc: number;
}

export class SeriesPageWriter {
  readonly #symbols = new Map<string, number>();
  readonly #names = new ByteWriter(1024);
  readonly #entries = new ByteWriter(4096);
  #count = 0;
  #at = 0;
  #end = 0;

  get isFull(): boolean {
    return this.#count === SERIES_PER_PAGE;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  add(labels: Labels, { at, column, rootBack, bytes, crc }: PlacedValues): void {
    if (this.#count++ === 0) {
      this.#at = at;
      this.#end = at;
    }
    const out = this.#entries;
    out.varint(labels.size);
    for (const text of labels.pairs) out.varint(this.#symbol(text));
    out.varint(at - this.#end);
    out.varint(column);
    out.varint(rootBack);
    out.varint(bytes.length);
    this.#end = at;
    for (const count of bytes) {
      out.varint(count);
      this.#end += count;
    }
    out.u32(crc);
  }

  /** What has been added; begins anew. */
  take(): Uint8Array {
    const out = new ByteWriter(this.#names.length + this.#entries.length + 16);
    out.varint(this.#at);
    out.varint(this.#symbols.size);
    out.bytes(this.#names.view());
    out.bytes(this.#entries.view());
    this.#symbols.clear();
    this.#names.reset();
    this.#entries.reset();
    this.#count = 0;
    return out.finish();
  }

  #symbol(text: string): number {
    const known = this.#symbols.get(text);
    if (known !== undefined) return known;
    const number = this.#symbols.size;
    this.#symbols.set(text, number);
    this.#names.string(text);
    return number;
  }
}

/** Labels are made when they are asked for, and kept. */
export class SeriesPage {
  readonly #bytes: Uint8Array;
  readonly #firstId: number;
  readonly #symbolAt: Uint32Array;
  readonly #symbols: (string | undefined)[];
  readonly #entryAt: Uint32Array;
  readonly #runAt: Float64Array;
  readonly #labels: (Labels | undefined)[];

  /** Throws `RangeError` on damage. */
  constructor(bytes: Uint8Array, firstId: number, count: number) {
    this.#bytes = bytes;
    this.#firstId = firstId;
    const reader = new ByteReader(bytes);
    let at = reader.varint();
    const symbols = reader.varint();
    if (symbols > reader.remaining) throw new RangeError('more symbols than a page can have');
    this.#symbolAt = new Uint32Array(symbols);
    this.#symbols = new Array(symbols).fill(undefined);
    for (let i = 0; i < symbols; i++) {
      this.#symbolAt[i] = reader.at;
      reader.bytes(reader.varint());
    }
    this.#entryAt = new Uint32Array(count);
    this.#runAt = new Float64Array(count);
    this.#labels = new Array(count).fill(undefined);
    for (let i = 0; i < count; i++) {
      this.#entryAt[i] = reader.at;
      for (let left = reader.varint() * 2; left > 0; left--) reader.varint();
      at += reader.varint();
      this.#runAt[i] = at;
      reader.varint();
      reader.varint();
      for (let left = reader.varint(); left > 0; left--) at += reader.varint();
      reader.u32();
    }
    if (reader.remaining > 0) throw new RangeError('more series than the page should have');
  }

  labels(id: number): Labels {
    const at = id - this.#firstId;
    let labels = this.#labels[at];
    if (labels === undefined) {
      const reader = new ByteReader(this.#bytes, this.#entryAt[at]);
      const pairs: string[] = [];
      for (let left = reader.varint() * 2; left > 0; left--) pairs.push(this.#symbol(reader.varint()));
      labels = Labels.fromSortedPairs(pairs);
      this.#labels[at] = labels;
    }
    return labels;
  }

  placed(id: number): PlacedValues {
    const at = id - this.#firstId;
    const reader = new ByteReader(this.#bytes, this.#entryAt[at]);
    for (let left = reader.varint() * 2; left > 0; left--) reader.varint();
    reader.varint();
    const column = reader.varint();
    const rootBack = reader.varint();
    if (rootBack > id) throw new RangeError('a root that is not there');
    const bytes: number[] = [];
    for (let left = reader.varint(); left > 0; left--) bytes.push(reader.varint());
    return { at: this.#runAt[at], column, rootBack, bytes, crc: reader.u32() };
  }

  #symbol(number: number): string {
    let text = this.#symbols[number];
    if (text === undefined) {
      if (number >= this.#symbols.length) throw new RangeError('a symbol that is not there');
      text = new ByteReader(this.#bytes, this.#symbolAt[number]).string();
      this.#symbols[number] = text;
    }
    return text;
  }
}

/** What the index says of a series' samples. Throws `RangeError` when the two do not belong together. */
export function runOf(id: number, { at, rootBack, bytes, crc }: PlacedValues, column: ColumnEntry): RunEntry {
  if (bytes.length !== column.chunks.length) throw new RangeError('a series with other chunks than its times');
  const chunks = column.chunks.map(({ minMs, maxMs, count }, i) => ({ minMs, maxMs, count, bytes: bytes[i] }));
  const total = bytes.reduce((sum, count) => sum + count, 0);
  return { at, bytes: total, crc, chunks, column, root: rootBack === 0 ? null : id - rootBack };
}

export class ColumnPageWriter {
  readonly #entries = new ByteWriter(1024);
  readonly #windowMs: number;
  #count = 0;
  #at = 0;
  #end = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  get isFull(): boolean {
    return this.#count === SERIES_PER_PAGE;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  add({ at, bytes, chunks, crc }: ColumnEntry): void {
    if (this.#count++ === 0) {
      this.#at = at;
      this.#end = at;
    }
    this.#entries.varint(at - this.#end);
    writeChunkEntries(this.#entries, this.#windowMs, chunks, crc);
    this.#end = at + bytes;
  }

  /** What has been added; begins anew. */
  take(): Uint8Array {
    const out = new ByteWriter(this.#entries.length + 8);
    out.varint(this.#at);
    out.bytes(this.#entries.view());
    this.#entries.reset();
    this.#count = 0;
    return out.finish();
  }
}

/** Throws `RangeError` on damage. */
export function readColumnPage(bytes: Uint8Array, windowMs: number): ColumnEntry[] {
  const reader = new ByteReader(bytes);
  const columns: ColumnEntry[] = [];
  let at = reader.varint();
  while (reader.remaining > 0) {
    at += reader.varint();
    const column = { at, ...readChunkEntries(reader, windowMs) };
    columns.push(column);
    at += column.bytes;
  }
  return columns;
}
