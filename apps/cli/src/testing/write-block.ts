import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32c } from '@tidemark/base';
import { encodeXorChunk } from './xor-chunk.ts';

/** A block as Prometheus writes it, index version 1 or 2: as far as an importer reads it. */
export interface BlockToWrite {
  readonly version: 1 | 2;
  readonly minTime: number;
  readonly maxTime: number;
  /** In label order; chunks as they are written, `encoding` 1 unless it is said. */
  readonly series: readonly {
    readonly labels: readonly (readonly [string, string])[];
    readonly chunks: readonly {
      readonly samples: readonly { readonly timeMs: number; readonly bits: bigint }[];
      readonly encoding?: number;
      /** In place of what is made of the samples. */
      readonly data?: Uint8Array;
    }[];
    readonly deleted?: readonly { readonly fromMs: number; readonly toMs: number }[];
  }[];
}

export function writeBlock(dir: string, { version, minTime, maxTime, series }: BlockToWrite): void {
  mkdirSync(join(dir, 'chunks'), { recursive: true });
  writeFileSync(join(dir, 'meta.json'), JSON.stringify({ ulid: '01ARZ3NDEKTSV4RRFFQ69G5FAV', minTime, maxTime, version: 1 }));
  const chunks = new Bytes().u32(0x85bd40dd).u8(1).u8(0).u8(0).u8(0);
  const references = series.map((each) =>
    each.chunks.map(({ samples, encoding = 1, data = encodeXorChunk(samples) }) => {
      const at = chunks.length;
      const checked = new Bytes().u8(encoding).raw(data).bytes;
      chunks.uvarint(data.length).raw(checked).u32(crc32c(checked));
      return { fromMs: samples[0].timeMs, toMs: samples[samples.length - 1].timeMs, at };
    }),
  );
  writeFileSync(join(dir, 'chunks', '000001'), chunks.bytes);

  const index = new Bytes().u32(0xbaaad700).u8(version);
  const symbols = [...new Set(series.flatMap(({ labels }) => labels.flat()))].sort();
  const symbolsAt = index.length;
  const numbers = new Map<string, number>();
  const table = new Bytes().u32(symbols.length);
  for (const [i, symbol] of symbols.entries()) {
    numbers.set(symbol, version === 2 ? i : symbolsAt + 4 + table.length);
    table.text(symbol);
  }
  index.section(table);
  const seriesAt = index.length;
  const places = series.map(({ labels }, i) => {
    while (index.length % 16 !== 0) index.u8(0);
    const at = index.length;
    const entry = new Bytes().uvarint(labels.length);
    for (const text of labels.flat()) entry.uvarint(numbers.get(text) as number);
    entry.uvarint(references[i].length);
    let lastMs = 0;
    let lastAt = 0;
    for (const [k, { fromMs, toMs, at }] of references[i].entries()) {
      if (k === 0) entry.varint(fromMs);
      else entry.uvarint(fromMs - lastMs);
      entry.uvarint(toMs - fromMs);
      if (k === 0) entry.uvarint(at);
      else entry.varint(at - lastAt);
      lastMs = toMs;
      lastAt = at;
    }
    index.uvarint(entry.length).raw(entry.bytes).u32(crc32c(entry.bytes));
    return version === 2 ? at / 16 : at;
  });
  const postingsAt = index.length;
  const all = new Bytes().u32(places.length);
  for (const place of places) all.u32(place);
  index.section(all);
  const tableAt = index.length;
  // One of another label before it, as there are in every index.
  index.section(new Bytes().u32(2).uvarint(2).text('a').text('b').uvarint(postingsAt).uvarint(2).text('').text('').uvarint(postingsAt));
  const contents = new Bytes();
  for (const at of [symbolsAt, seriesAt, 0, 0, postingsAt, tableAt]) contents.u32(0).u32(at);
  index.raw(contents.bytes).u32(crc32c(contents.bytes));
  writeFileSync(join(dir, 'index'), index.bytes);

  const stones = new Bytes();
  for (const [i, { deleted = [] }] of series.entries()) {
    for (const { fromMs, toMs } of deleted) stones.uvarint(places[i]).varint(fromMs).varint(toMs);
  }
  writeFileSync(join(dir, 'tombstones'), new Bytes().u32(0x0130ba30).u8(1).raw(stones.bytes).u32(crc32c(stones.bytes)).bytes);
}

/** Big-endian, as Go writes. */
class Bytes {
  readonly #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  u8(value: number): this {
    this.#bytes.push(value);
    return this;
  }

  u32(value: number): this {
    return this.u8(value >>> 24)
      .u8((value >>> 16) & 0xff)
      .u8((value >>> 8) & 0xff)
      .u8(value & 0xff);
  }

  uvarint(value: number): this {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.u8((rest % 0x80) | 0x80);
    return this.u8(rest);
  }

  varint(value: number): this {
    return this.uvarint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  text(text: string): this {
    const bytes = Buffer.from(text);
    return this.uvarint(bytes.length).raw(bytes);
  }

  raw(bytes: Uint8Array): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  section(content: Bytes): this {
    return this.u32(content.length).raw(content.bytes).u32(crc32c(content.bytes));
  }
}
