import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { type ByteReader, ByteWriter } from '@tidemark/base';

/**
 * The index of a block is cut into pages, so that a query reads those that it needs. Each is deflated alone (RFC 1951); they lie
 * behind each other, and a table says of each:
 *
 *   page := bytes:varint  inflated:varint  crc:u32         deflated; inflated; CRC-32 of the deflated bytes
 */
export interface PageTable {
  /** By page, from where the pages begin. */
  readonly at: Float64Array;
  readonly bytes: Uint32Array;
  readonly inflated: Uint32Array;
  readonly crc: Uint32Array;
}

/** Gathers pages of one kind, and their table. */
export class TableWriter {
  readonly #pages = new ByteWriter(4096);
  readonly #table = new ByteWriter(256);
  #count = 0;

  add(page: Uint8Array): void {
    const deflated = deflateRawSync(page);
    this.#pages.bytes(deflated);
    this.#table.varint(deflated.length);
    this.#table.varint(page.length);
    this.#table.u32(crc32(deflated));
    this.#count++;
  }

  /** Valid until the next page is added. */
  get pages(): Uint8Array {
    return this.#pages.view();
  }

  /** pages:varint page{pages} */
  writeTable(out: ByteWriter): void {
    out.varint(this.#count);
    out.bytes(this.#table.view());
  }
}

/** Of `count` pages, the first of which begins at `at`. `before` reads what the table has before each. */
export function readPageTable(reader: ByteReader, count: number, at: number, before?: () => void): { table: PageTable; end: number } {
  if (count > reader.remaining) throw new RangeError('more pages than a table can name');
  const table = {
    at: new Float64Array(count),
    bytes: new Uint32Array(count),
    inflated: new Uint32Array(count),
    crc: new Uint32Array(count),
  };
  let end = at;
  for (let page = 0; page < count; page++) {
    before?.();
    table.at[page] = end;
    table.bytes[page] = reader.varint();
    table.inflated[page] = reader.varint();
    table.crc[page] = reader.u32();
    end += table.bytes[page];
  }
  return { table, end };
}

/** Throws `RangeError` when it is not what the table says. */
export function inflatePage({ crc, inflated }: PageTable, page: number, bytes: Uint8Array): Uint8Array {
  if (crc32(bytes) !== crc[page]) throw new RangeError('a page of the index fails its checksum');
  let raw: Uint8Array | null = null;
  try {
    raw = inflateRawSync(bytes, { maxOutputLength: Math.max(1, inflated[page]) });
  } catch {}
  if (raw?.length !== inflated[page]) throw new RangeError('a page that does not inflate to what it should');
  return raw;
}
