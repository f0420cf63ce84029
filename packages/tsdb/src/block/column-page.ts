import { ByteReader, ByteWriter, type Millis } from '@tidemark/base';
import { type ColumnEntry, readChunkEntries, writeChunkEntries } from './run-entry.ts';
import { SERIES_PER_PAGE } from './series-page.ts';

/**
 * A page of the index with some columns of times.
 *
 *   column page := at:varint  column{≤ 512}
 *   column      := part:varint  gap:varint  chunks:varint (gap:varint span:varint count:varint bytes:varint){chunks}  crc:u32
 *
 * part: 0 when its bytes are times; else how many columns before this one the base is whose times these are a part of: part-times.ts has
 * the bytes then. A base is no part itself. Version 5 has no `part`. `at` and `gap` are those of series-page.ts.
 */
export interface PlacedColumn extends Omit<ColumnEntry, 'base'> {
  readonly part: number;
}

export class ColumnPageWriter {
  readonly #entries = new ByteWriter(1024);
  readonly #windowMs: Millis;
  #count = 0;
  #at = 0;
  #end = 0;

  constructor(windowMs: Millis) {
    this.#windowMs = windowMs;
  }

  get isFull(): boolean {
    return this.#count === SERIES_PER_PAGE;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  add({ part, at, bytes, chunks, crc }: PlacedColumn): void {
    if (this.#count++ === 0) this.#end = this.#at = at;
    this.#entries.varint(part);
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
export function readColumnPage(page: Uint8Array, windowMs: Millis, mayBeParts: boolean): PlacedColumn[] {
  const reader = new ByteReader(page);
  const columns: PlacedColumn[] = [];
  let at = reader.varint();
  while (reader.remaining > 0) {
    const part = mayBeParts ? reader.varint() : 0;
    at += reader.varint();
    const column = readChunkEntries(reader, windowMs);
    columns.push({ part, at, ...column });
    at += column.bytes;
  }
  return columns;
}
