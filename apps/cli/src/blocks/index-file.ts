import { Labels } from '@tidemark/tsdb/model';
import { BigEndianReader, checked } from './big-endian.ts';

/**
 * The index of a Prometheus block (prometheus/tsdb/docs/format/index.md), versions 1 and 2:
 *
 *   magic:u32 0xBAAAD700  version:u8
 *   symbols      length:u32 count:u32 text* crc
 *   series       each at a multiple of 16: length:uvarint labels chunks crc
 *   postings     lists of series, one of them of all; a table says where
 *   contents     where each section is: six u64, crc: the last 52 bytes
 *
 * Symbols are named by their number, in version 1 by their place; series by their place, in version 2 by a sixteenth of it.
 */
export interface IndexedSeries {
  readonly reference: number;
  readonly labels: Labels;
  readonly chunks: readonly ChunkReference[];
}

export interface ChunkReference {
  readonly fromMs: number;
  readonly toMs: number;
  /** The file in `chunks/`, from 0, and the place in it. */
  readonly segment: number;
  readonly at: number;
}

const MAGIC = 0xbaaad700;
const SEGMENT = 0x1_0000_0000;
const CONTENTS_BYTES = 6 * 8 + 4;

export class BlockIndexFile {
  readonly #bytes: Buffer;
  readonly #version: number;
  readonly #symbols = new Map<number, string>();
  readonly #all: Uint32Array;

  /** Throws `RangeError` on damage. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    const header = new BigEndianReader(bytes);
    if (header.u32() !== MAGIC) throw new RangeError('it does not begin as an index does');
    this.#version = header.u8();
    if (this.#version !== 1 && this.#version !== 2) throw new RangeError(`an index of version ${this.#version}: 1 and 2 can be read`);
    const contents = checked(bytes, bytes.length - CONTENTS_BYTES, CONTENTS_BYTES - 4);
    const [symbolsAt, , , , , tableAt] = Array.from({ length: 6 }, () => contents.u64());
    this.#readSymbols(symbolsAt);
    this.#all = this.#readPostings(this.#allPostingsAt(tableAt));
  }

  get seriesCount(): number {
    return this.#all.length;
  }

  /** In label order. */
  *series(): Generator<IndexedSeries> {
    for (const reference of this.#all) yield this.#seriesAt(reference);
  }

  #seriesAt(reference: number): IndexedSeries {
    const at = this.#version === 2 ? reference * 16 : reference;
    const length = new BigEndianReader(this.#bytes, at);
    const bytes = length.uvarint();
    const reader = checked(this.#bytes, length.at, bytes);
    const pairs: (readonly [string, string])[] = [];
    for (let left = reader.uvarint(); left > 0; left--) pairs.push([this.#symbol(reader.uvarint()), this.#symbol(reader.uvarint())]);
    const chunks: ChunkReference[] = [];
    let position = 0;
    let fromMs = 0;
    let toMs = 0;
    for (let left = reader.uvarint(); left > 0; left--) {
      fromMs = chunks.length === 0 ? reader.varint() : toMs + reader.uvarint();
      toMs = fromMs + reader.uvarint();
      position = chunks.length === 0 ? reader.uvarint() : position + reader.varint();
      chunks.push({ fromMs, toMs, segment: Math.floor(position / SEGMENT), at: position % SEGMENT });
    }
    return { reference, labels: Labels.from(pairs), chunks };
  }

  #readSymbols(at: number): void {
    const bytes = new BigEndianReader(this.#bytes, at).u32();
    const reader = checked(this.#bytes, at + 4, bytes);
    const count = reader.u32();
    for (let i = 0; i < count; i++) {
      const place = reader.at;
      this.#symbols.set(this.#version === 2 ? i : place, reader.text());
    }
  }

  #symbol(reference: number): string {
    const symbol = this.#symbols.get(reference);
    if (symbol === undefined) throw new RangeError(`there is no symbol ${reference}`);
    return symbol;
  }

  /** The list that stands under the empty name. */
  #allPostingsAt(tableAt: number): number {
    const bytes = new BigEndianReader(this.#bytes, tableAt).u32();
    const reader = checked(this.#bytes, tableAt + 4, bytes);
    for (let left = reader.u32(); left > 0; left--) {
      reader.uvarint(); // 2: a name and a value.
      const isAll = [reader.text(), reader.text()].every((text) => text === '');
      const at = reader.uvarint();
      if (isAll) return at;
    }
    throw new RangeError('it has no list of all series');
  }

  #readPostings(at: number): Uint32Array {
    const bytes = new BigEndianReader(this.#bytes, at).u32();
    const reader = checked(this.#bytes, at + 4, bytes);
    return Uint32Array.from({ length: reader.u32() }, () => reader.u32());
  }
}
