import { ByteReader } from '@tidemark/base';
import { Labels } from '../model/labels.ts';
import type { PlacedValues, SeriesPage } from './series-page.ts';

/**
 * A page of the index with some series, as version 5 of blocks has it: entry by entry. Labels are made when they are asked for, and kept.
 *
 *   series page := at:varint  symbols:varint string{symbols}  series{≤ 256}
 *   series      := labels:varint (name:varint value:varint){labels}
 *                  gap:varint  column:varint  root:varint  chunks:varint bytes:varint{chunks}  crc:u32     of its values
 *
 * `at` is where in the chunks section the first one's gap begins; `gap` is how many bytes lie between the one before and this one.
 */
export class EntrywiseSeriesPage implements SeriesPage {
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
      reader.skip(reader.varint());
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
    let total = 0;
    for (let left = reader.varint(); left > 0; left--) {
      bytes.push(reader.varint());
      total += bytes[bytes.length - 1];
    }
    const runAt = this.#runAt[at];
    return { at: runAt, column, rootBack, bytes, checked: { at: runAt, bytes: total, crc: reader.u32() } };
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
