import { ByteReader } from '@tidemark/base';
import { Labels } from '../model/labels.ts';
import type { Pacer } from '../pacer.ts';
import type { IdList } from '../postings/id-list.ts';
import type { LabelIndex } from '../postings/label-index.ts';
import type { BlockMeta, BlockVersion } from './format.ts';
import { PostingsSection, symbolOf } from './postings-section.ts';
import { type ColumnEntry, type RunEntry, readChunkEntries, readValuesEntry } from './run-entry.ts';

export interface IndexSections {
  readonly symbols: Uint8Array;
  readonly series: Uint8Array;
  readonly postings: Uint8Array;
}

/** A block's labels, postings and chunk list, read from sections whose checksums have been verified. */
export class BlockIndex implements LabelIndex {
  readonly #meta: BlockMeta;
  readonly #version: BlockVersion;
  readonly #series: Uint8Array;
  readonly #symbols: readonly string[];
  readonly #postings: PostingsSection;
  /** By series: where its entry is in the section, and where its run begins, a column of its own included. */
  readonly #entryAt: Uint32Array;
  readonly #runAt: Float64Array;
  /** The series that each column of times is described with. */
  readonly #columnOwners: number[] = [];
  readonly #labels: (Labels | undefined)[];
  readonly #all: IdList;

  private constructor(
    version: BlockVersion,
    meta: BlockMeta,
    sections: IndexSections,
    symbols: readonly string[],
    postings: PostingsSection,
  ) {
    this.#version = version;
    this.#meta = meta;
    this.#series = sections.series;
    this.#symbols = symbols;
    this.#postings = postings;
    this.#entryAt = new Uint32Array(meta.series);
    this.#runAt = new Float64Array(meta.series);
    this.#labels = new Array(meta.series).fill(undefined);
    this.#all = Uint32Array.from({ length: meta.series }, (_, id) => id);
  }

  /** Rejects with `RangeError` on damage. */
  static async open(version: BlockVersion, meta: BlockMeta, sections: IndexSections, pacer: Pacer): Promise<BlockIndex> {
    const symbols: string[] = [];
    const reader = new ByteReader(sections.symbols);
    while (reader.remaining > 0) {
      await pacer.breathe();
      symbols.push(reader.string());
    }
    const postings = await PostingsSection.open(sections.postings, symbols, meta.series, pacer);
    const index = new BlockIndex(version, meta, sections, symbols, postings);
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
    return this.#readRun(this.#runReader(id), id);
  }

  #readRun(reader: ByteReader, id: number): RunEntry {
    const at = this.#runAt[id];
    if (this.#version === 1) return { at, ...readChunkEntries(reader, this.#meta.windowMs), column: null, root: null };
    const number = reader.varint();
    if (number > this.#columnOwners.length) throw new RangeError('a column that is not there');
    const root = this.#readRoot(reader, id);
    if (number > 0) return readValuesEntry(reader, this.#column(number), root, at);
    const column = { at, ...readChunkEntries(reader, this.#meta.windowMs) };
    return readValuesEntry(reader, column, root, at + column.bytes);
  }

  #readRoot(reader: ByteReader, id: number): number | null {
    const back = this.#version === 2 ? 0 : reader.varint();
    if (back > id) throw new RangeError('a root that is not there');
    return back === 0 ? null : id - back;
  }

  #column(number: number): ColumnEntry {
    const owner = this.#columnOwners[number - 1];
    const reader = this.#runReader(owner);
    reader.varint();
    this.#readRoot(reader, owner);
    return { at: this.#runAt[owner], ...readChunkEntries(reader, this.#meta.windowMs) };
  }

  /** Behind the labels. */
  #runReader(id: number): ByteReader {
    const reader = new ByteReader(this.#series, this.#entryAt[id]);
    for (let left = reader.varint() * 2; left > 0; left--) reader.varint();
    return reader;
  }

  async #scan(pacer: Pacer): Promise<void> {
    const reader = new ByteReader(this.#series);
    let runAt = 0;
    for (let id = 0; id < this.#entryAt.length; id++) {
      await pacer.breathe();
      this.#entryAt[id] = reader.at;
      this.#runAt[id] = runAt;
      for (let left = reader.varint() * 2; left > 0; left--) reader.varint();
      const run = this.#readRun(reader, id);
      if (run.column?.at === runAt) this.#columnOwners.push(id);
      runAt = run.at + run.bytes;
    }
    if (reader.remaining > 0) throw new RangeError('more series than the block says');
  }
}
