import { ByteReader } from '@tidemark/base';
import { Labels } from '../model/labels.ts';
import type { Pacer } from '../pacer.ts';
import type { IdList } from '../postings/id-list.ts';
import type { ValueBatch } from '../postings/label-index.ts';
import type { BlockIndex, SeriesEntry } from './block-index.ts';
import type { BlockMeta, WholeVersion } from './format.ts';
import { PostingsSection, symbolOf } from './postings-section.ts';
import { type ColumnEntry, type RunEntry, readChunkEntries, readValuesEntry } from './run-entry.ts';

export interface IndexSections {
  readonly symbols: Uint8Array;
  readonly series: Uint8Array;
  readonly postings: Uint8Array;
}

/** The index of a block before version 5: all of it is in memory, read from sections whose checksums have been verified. */
export class WholeIndex implements BlockIndex {
  readonly #meta: BlockMeta;
  readonly #version: WholeVersion;
  readonly #series: Uint8Array;
  readonly #symbols: readonly string[];
  readonly #postings: PostingsSection;
  /** By series: where its entry is in the section, and where its run begins, a column of its own included. */
  readonly #entryAt: Uint32Array;
  readonly #runAt: Float64Array;
  /** The series that each column of times is described with. */
  readonly #columnOwners: number[] = [];
  readonly #labels: (Labels | undefined)[];

  private constructor(
    version: WholeVersion,
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
  }

  /** Rejects with `RangeError` on damage. */
  static async open(version: WholeVersion, meta: BlockMeta, sections: IndexSections, pacer: Pacer): Promise<WholeIndex> {
    const symbols: string[] = [];
    const reader = new ByteReader(sections.symbols);
    while (reader.remaining > 0) {
      await pacer.breathe();
      symbols.push(reader.string());
    }
    const postings = await PostingsSection.open(sections.postings, symbols, meta.series, pacer);
    const index = new WholeIndex(version, meta, sections, symbols, postings);
    await index.#scan(pacer);
    return index;
  }

  get seriesCount(): number {
    return this.#meta.series;
  }

  all(): IdList {
    return Uint32Array.from({ length: this.#meta.series }, (_, id) => id);
  }

  names(): Iterable<string> {
    return this.#postings.names();
  }

  valueCount(name: string): number {
    return this.#postings.valueCount(name);
  }

  *values(name: string): Generator<ValueBatch> {
    const values = [...this.#postings.values(name)];
    for (let from = 0; from < values.length; from += BATCH_VALUES) {
      const batch = values.slice(from, from + BATCH_VALUES);
      yield { values: batch, ids: (at) => this.#postings.ids(name, batch[at]) };
    }
  }

  ids(name: string, value: string): IdList {
    return this.#postings.ids(name, value);
  }

  async entry(id: number): Promise<SeriesEntry> {
    return { labels: this.#labelsOf(id), run: this.#readRun(this.#runReader(id), id) };
  }

  /** They are read from bytes each time. */
  entryAtHand(): undefined {
    return undefined;
  }

  async summaries(): Promise<null> {
    return null;
  }

  #labelsOf(id: number): Labels {
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

  #readRun(reader: ByteReader, id: number): RunEntry {
    const at = this.#runAt[id];
    if (this.#version === 1) {
      const { chunks, bytes, crc } = readChunkEntries(reader, this.#meta.windowMs);
      return { at, bytes, checked: { at, bytes, crc }, chunks, column: null, root: null };
    }
    const number = reader.varint();
    if (number > this.#columnOwners.length) throw new RangeError('a column that is not there');
    const root = this.#readRoot(reader, id);
    if (number > 0) return readValuesEntry(reader, this.#column(number), root, at);
    const column = { at, ...readChunkEntries(reader, this.#meta.windowMs), base: null };
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
    return { at: this.#runAt[owner], ...readChunkEntries(reader, this.#meta.windowMs), base: null };
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

const BATCH_VALUES = 1024;
