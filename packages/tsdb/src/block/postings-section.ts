import { ByteReader } from '@tidemark/base';
import type { Pacer } from '../pacer.ts';
import { type IdList, NO_IDS } from '../postings/id-list.ts';
import { readIds } from './read-ids.ts';

/**
 * Which series of a block carry a label, as blocks before version 5 say it:
 *
 *   postings := (name:varint  values:varint  (value:varint  ids:varint  bytes:varint  delta:varint*)*)*
 *
 * Names and values are symbols; ids rise, each written as the difference to the one before. Lists are decoded when they are asked for.
 */
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

  valueCount(name: string): number {
    return this.#byName.get(name)?.size ?? 0;
  }

  values(name: string): Iterable<string> {
    return this.#byName.get(name)?.keys() ?? [];
  }

  ids(name: string, value: string): IdList {
    const at = this.#byName.get(name)?.get(value);
    if (at === undefined) return NO_IDS;
    const reader = new ByteReader(this.#bytes, at);
    return readIds(reader, this.#seriesCount);
  }
}

export function symbolOf(symbols: readonly string[], number: number): string {
  if (number >= symbols.length) throw new RangeError('a symbol that is not there');
  return symbols[number];
}
