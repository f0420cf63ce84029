import { ByteReader, type Millis } from '@tidemark/base';
import { Labels } from '../model/labels.ts';
import type { Pacer } from '../pacer.ts';
import type { IdList } from '../postings/id-list.ts';
import type { LabelIndex } from '../postings/label-index.ts';
import type { BlockMeta } from './format.ts';
import { PostingsSection, symbolOf } from './postings-section.ts';

/** What is known of a chunk in a block before its bytes are read. */
export interface ChunkEntry {
  readonly minMs: Millis;
  readonly maxMs: Millis;
  readonly count: number;
  readonly bytes: number;
}

/** The chunks of one series, behind each other in the file. */
export interface RunEntry {
  /** From the start of the chunks section. */
  readonly at: number;
  readonly bytes: number;
  readonly crc: number;
  readonly chunks: readonly ChunkEntry[];
}

export interface IndexSections {
  readonly symbols: Uint8Array;
  readonly series: Uint8Array;
  readonly postings: Uint8Array;
}

/** A block's labels, postings and chunk list, read from sections whose checksums have been verified. */
export class BlockIndex implements LabelIndex {
  readonly #windowMs: Millis;
  readonly #series: Uint8Array;
  readonly #symbols: readonly string[];
  readonly #postings: PostingsSection;
  /** By series: where its entry is in the section, and where its run begins. */
  readonly #entryAt: Uint32Array;
  readonly #runAt: Float64Array;
  readonly #labels: (Labels | undefined)[];
  readonly #all: IdList;

  private constructor(meta: BlockMeta, sections: IndexSections, symbols: readonly string[], postings: PostingsSection) {
    this.#windowMs = meta.windowMs;
    this.#series = sections.series;
    this.#symbols = symbols;
    this.#postings = postings;
    this.#entryAt = new Uint32Array(meta.series);
    this.#runAt = new Float64Array(meta.series);
    this.#labels = new Array(meta.series).fill(undefined);
    this.#all = Uint32Array.from({ length: meta.series }, (_, id) => id);
  }

  /** Rejects with `RangeError` on damage. */
  static async open(meta: BlockMeta, sections: IndexSections, pacer: Pacer): Promise<BlockIndex> {
    const symbols: string[] = [];
    const reader = new ByteReader(sections.symbols);
    while (reader.remaining > 0) {
      await pacer.breathe();
      symbols.push(reader.string());
    }
    const postings = await PostingsSection.open(sections.postings, symbols, meta.series, pacer);
    const index = new BlockIndex(meta, sections, symbols, postings);
    await index.#scan(pacer);
    return index;
  }

  all(): IdList {
    return this.#all;
  }

  names(): Iterable<string> {
    return this.#postings.names();
  }

  values(name: string): Iterable<string> {
    return this.#postings.values(name);
  }

  ids(name: string, value: string): IdList {
    return this.#postings.ids(name, value);
  }

  labels(id: number): Labels {
    let labels = this.#labels[id];
    if (labels === undefined) {
      const reader = new ByteReader(this.#series, this.#entryAt[id]);
      const pairs: string[] = [];
      for (let left = reader.varint() * 2; left > 0; left--) pairs.push(symbolOf(this.#symbols, reader.varint()));
      labels = Labels.fromSortedPairs(pairs);
      this.#labels[id] = labels;
    }
    return labels;
  }

  run(id: number): RunEntry {
    const reader = new ByteReader(this.#series, this.#entryAt[id]);
    return this.#readRun(reader, this.#runAt[id]);
  }

  #readRun(reader: ByteReader, at: number): RunEntry {
    for (let left = reader.varint() * 2; left > 0; left--) reader.varint();
    const chunks: ChunkEntry[] = [];
    let bytes = 0;
    let previousMs = this.#windowMs;
    for (let left = reader.varint(); left > 0; left--) {
      const minMs = previousMs + reader.varint();
      const maxMs = minMs + reader.varint();
      const chunk = { minMs, maxMs, count: reader.varint(), bytes: reader.varint() };
      chunks.push(chunk);
      bytes += chunk.bytes;
      previousMs = maxMs;
    }
    return { at, bytes, crc: reader.u32(), chunks };
  }

  async #scan(pacer: Pacer): Promise<void> {
    const reader = new ByteReader(this.#series);
    let runAt = 0;
    for (let id = 0; id < this.#entryAt.length; id++) {
      await pacer.breathe();
      this.#entryAt[id] = reader.at;
      this.#runAt[id] = runAt;
      runAt += this.#readRun(reader, runAt).bytes;
    }
    if (reader.remaining > 0) throw new RangeError('more series than the block says');
  }
}
