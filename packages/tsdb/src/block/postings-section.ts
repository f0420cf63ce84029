import { ByteReader, ByteWriter } from '@tidemark/base';
import type { Pacer } from '../pacer.ts';
import { type IdList, NO_IDS } from '../postings/id-list.ts';

/**
 * Which series of a block carry a label:
 *
 *   postings := (name:varint  values:varint  (value:varint  ids:varint  bytes:varint  delta:varint*)*)*
 *
 * Names and values are symbols; ids rise, each written as the difference to the one before.
 */
export class PostingsWriter {
  readonly #byName = new Map<number, Map<number, DeltaList>>();

  /** Ids rise. */
  add(name: number, value: number, id: number): void {
    let values = this.#byName.get(name);
    if (values === undefined) {
      values = new Map();
      this.#byName.set(name, values);
    }
    let list = values.get(value);
    if (list === undefined) {
      list = { count: 0, last: 0, deltas: [] };
      values.set(value, list);
    }
    list.deltas.push(id - list.last);
    list.last = id;
    list.count++;
  }

  async section(pacer: Pacer): Promise<Uint8Array> {
    const out = new ByteWriter(4096);
    const deltas = new ByteWriter(256);
    for (const [name, values] of this.#byName) {
      out.varint(name);
      out.varint(values.size);
      for (const [value, list] of values) {
        await pacer.breathe();
        deltas.reset();
        for (const delta of list.deltas) deltas.varint(delta);
        out.varint(value);
        out.varint(list.count);
        out.varint(deltas.length);
        out.bytes(deltas.view());
      }
    }
    return out.view();
  }
}

interface DeltaList {
  count: number;
  last: number;
  deltas: number[];
}

/** Lists are decoded when they are asked for. */
export class PostingsSection {
  readonly #bytes: Uint8Array;
  readonly #seriesCount: number;
  /** Where in `bytes` each list lies. */
  readonly #byName = new Map<string, Map<string, number>>();

  private constructor(bytes: Uint8Array, seriesCount: number) {
    this.#bytes = bytes;
    this.#seriesCount = seriesCount;
  }

  /** Rejects with `RangeError` on damage. */
  static async open(bytes: Uint8Array, symbols: readonly string[], seriesCount: number, pacer: Pacer): Promise<PostingsSection> {
    const section = new PostingsSection(bytes, seriesCount);
    await section.#scan(symbols, pacer);
    return section;
  }

  async #scan(symbols: readonly string[], pacer: Pacer): Promise<void> {
    const reader = new ByteReader(this.#bytes);
    while (reader.remaining > 0) {
      const values = new Map<string, number>();
      this.#byName.set(symbolOf(symbols, reader.varint()), values);
      for (let left = reader.varint(); left > 0; left--) {
        await pacer.breathe();
        const value = symbolOf(symbols, reader.varint());
        values.set(value, reader.at);
        reader.varint();
        reader.bytes(reader.varint());
      }
    }
  }

  names(): Iterable<string> {
    return this.#byName.keys();
  }

  values(name: string): Iterable<string> {
    return this.#byName.get(name)?.keys() ?? [];
  }

  ids(name: string, value: string): IdList {
    const at = this.#byName.get(name)?.get(value);
    if (at === undefined) return NO_IDS;
    const reader = new ByteReader(this.#bytes, at);
    const count = reader.varint();
    reader.varint();
    if (count > this.#seriesCount) throw new RangeError('more series in a list than in the block');
    const ids = new Uint32Array(count);
    let id = 0;
    for (let i = 0; i < count; i++) {
      id += reader.varint();
      if (id >= this.#seriesCount) throw new RangeError('a list names a series that is not there');
      ids[i] = id;
    }
    return ids;
  }
}

export function symbolOf(symbols: readonly string[], number: number): string {
  if (number >= symbols.length) throw new RangeError('a symbol that is not there');
  return symbols[number];
}
