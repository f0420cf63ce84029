import { brotliCompressSync, brotliDecompressSync, constants, crc32, inflateRawSync } from 'node:zlib';
import { type ByteReader, ByteWriter } from '@tidemark/base';
import type { PagedVersion } from './format.ts';

/**
 * The index of a block is cut into pages, so that a query reads those that it needs. Each is compressed alone, with Brotli (RFC 7932), before
 * version 8 with deflate (RFC 1951); they lie behind each other, and a table says of each:
 *
 *   page := bytes:varint  whole:varint  crc:u32         as compressed; as it was; CRC-32 of the compressed bytes
 */
export interface PageTable {
  /** By page, from where the pages begin. */
  readonly at: Float64Array;
  readonly bytes: Uint32Array;
  readonly whole: Uint32Array;
  readonly crc: Uint32Array;
}

/** Gathers pages of one kind, and their table. */
export class TableWriter {
  readonly #pages = new ByteWriter(4096);
  readonly #table = new ByteWriter(256);
  #count = 0;

  add(page: Uint8Array): void {
    const params = { ...PARAMS, [constants.BROTLI_PARAM_SIZE_HINT]: page.length };
    const compressed = brotliCompressSync(page, { params });
    this.#pages.bytes(compressed);
    this.#table.varint(compressed.length);
    this.#table.varint(page.length);
    this.#table.u32(crc32(compressed));
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

/** A tenth shorter than deflated ones, and written and read about as fast. */
const PARAMS = { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 18 };

/** Of `count` pages, the first of which begins at `at`. `before` reads what the table has before each. */
export function readPageTable(reader: ByteReader, count: number, at: number, before?: () => void): { table: PageTable; end: number } {
  if (count > reader.remaining) throw new RangeError('more pages than a table can name');
  const table = {
    at: new Float64Array(count),
    bytes: new Uint32Array(count),
    whole: new Uint32Array(count),
    crc: new Uint32Array(count),
  };
  let end = at;
  for (let page = 0; page < count; page++) {
    before?.();
    table.at[page] = end;
    table.bytes[page] = reader.varint();
    table.whole[page] = reader.varint();
    table.crc[page] = reader.u32();
    end += table.bytes[page];
  }
  return { table, end };
}

/** Throws `RangeError` when it is not what the table says. */
export function wholePage(version: PagedVersion, { crc, whole }: PageTable, page: number, bytes: Uint8Array): Uint8Array {
  if (crc32(bytes) !== crc[page]) throw new RangeError('a page of the index fails its checksum');
  let raw: Uint8Array | null = null;
  try {
    const options = { maxOutputLength: Math.max(1, whole[page]) };
    raw = version < 8 ? inflateRawSync(bytes, options) : brotliDecompressSync(bytes, options);
  } catch {}
  if (raw?.length !== whole[page]) throw new RangeError('a page that is not as long as it should be');
  return raw;
}
