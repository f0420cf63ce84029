import { assert, ByteWriter, crc32c, type Millis } from '@tidemark/base';
import { type Files, isMissing, nodeFiles, type OpenFile, publishFile, TEMPORARY_SUFFIX } from '@tidemark/base/files';
import type { DecodedChunk } from '../codec/chunk.ts';
import { BLOCK_WRITE_BYTES } from '../limits.ts';
import { compareLabels, type Labels } from '../model/labels.ts';
import type { Pacer } from '../pacer.ts';
import { deflated } from './deflated.ts';
import { type BlockMeta, encodeFooter, encodeMeta, MAGIC } from './format.ts';
import { PostingsWriter } from './postings-section.ts';
import { Roots } from './roots.ts';
import { writeChunkEntries } from './run-entry.ts';
import { encodeTimes, encodeValues, TimesColumns } from './write-columns.ts';

export interface BlockTarget {
  /** The block's file; written under a temporary name until `finish`. */
  readonly path: string;
  readonly id: string;
  readonly tenant: string;
  readonly windowMs: Millis;
}

/** Writes one block, series by series in label order. End it with `finish` or `abandon`. */
export class BlockWriter {
  readonly #target: BlockTarget;
  readonly #files: Files;
  readonly #file: OpenFile;
  #writtenBytes = 0;
  readonly #chunks = new ByteWriter(BLOCK_WRITE_BYTES);
  readonly #series = new ByteWriter(4096);
  readonly #symbols = new Symbols();
  readonly #postings = new PostingsWriter();
  readonly #columns = new TimesColumns();
  readonly #roots = new Roots();
  #chunksBytes = 0;
  #seriesCount = 0;
  #samples = 0;
  #fromMs = Number.POSITIVE_INFINITY;
  #toMs = Number.NEGATIVE_INFINITY;
  #last: Labels | null = null;

  private constructor(target: BlockTarget, files: Files, file: OpenFile) {
    this.#target = target;
    this.#files = files;
    this.#file = file;
    this.#chunks.bytes(MAGIC);
  }

  static async create(target: BlockTarget, files = nodeFiles): Promise<BlockWriter> {
    return new BlockWriter(target, files, await files.open(target.path + TEMPORARY_SUFFIX, 'create'));
  }

  get isEmpty(): boolean {
    return this.#seriesCount === 0;
  }

  /** `samples` in rising time, within the window. They are read before this returns. */
  async add(labels: Labels, samples: DecodedChunk): Promise<void> {
    assert(this.#last === null || compareLabels(this.#last, labels) < 0, 'series must come in label order');
    assert(samples.length > 0, 'a series without samples');
    this.#last = labels;
    const id = this.#seriesCount++;
    const out = this.#series;
    out.varint(labels.size);
    for (const [name, value] of labels) {
      const nameSymbol = this.#symbols.of(name);
      const valueSymbol = this.#symbols.of(value);
      out.varint(nameSymbol);
      out.varint(valueSymbol);
      this.#postings.add(nameSymbol, valueSymbol, id);
    }
    this.#addSamples(id, labels, samples);
    if (this.#chunks.length >= BLOCK_WRITE_BYTES) await this.#flushChunks();
  }

  /** The file is durable and has its name when this resolves; nothing refers to it yet. */
  async finish(pacer: Pacer): Promise<BlockMeta> {
    const { id, tenant, windowMs, path } = this.#target;
    assert(this.#seriesCount > 0, 'a block without series');
    await this.#flushChunks();
    const meta = { id, tenant, windowMs, fromMs: this.#fromMs, toMs: this.#toMs, series: this.#seriesCount, samples: this.#samples };
    const index = [this.#symbols.section(), this.#series.view(), await this.#postings.section(pacer)];
    const sections = [...(await Promise.all(index.map(deflated))), encodeMeta(meta)];
    for (const section of sections) await this.#write(section);
    await this.#write(encodeFooter(this.#chunksBytes - MAGIC.length, sections));
    await this.#file.sync();
    await this.#file.close();
    await publishFile(this.#files, path);
    return meta;
  }

  async abandon(): Promise<void> {
    await this.#file.close().catch(() => {});
    await this.#files.remove(this.#target.path + TEMPORARY_SUFFIX).catch((error) => {
      if (!isMissing(error)) throw error;
    });
  }

  #addSamples(id: number, labels: Labels, samples: DecodedChunk): void {
    const out = this.#series;
    const times = encodeTimes(samples);
    const { number: column, isNew } = this.#columns.numberOf(times);
    const { chunks, root } = encodeValues(samples, this.#roots.candidates(labels, column));
    this.#roots.remember(labels, { id, column, chunks }, root);
    out.varint(isNew ? 0 : column);
    out.varint(root === null ? 0 : id - root.id);
    if (isNew) {
      writeChunkEntries(out, this.#target.windowMs, times.chunks, crc32c(times.bytes));
      this.#chunks.bytes(times.bytes);
    }
    const valuesAt = this.#chunks.length;
    for (const chunk of chunks) {
      out.varint(chunk.length);
      this.#chunks.bytes(chunk);
    }
    out.u32(crc32c(this.#chunks.view(), valuesAt));
    this.#samples += samples.length;
    this.#fromMs = Math.min(this.#fromMs, samples.times[0]);
    this.#toMs = Math.max(this.#toMs, samples.times[samples.length - 1]);
  }

  async #flushChunks(): Promise<void> {
    await this.#write(this.#chunks.view());
    this.#chunksBytes += this.#chunks.length;
    this.#chunks.reset();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await this.#file.write(bytes, this.#writtenBytes);
    this.#writtenBytes += bytes.length;
  }
}

class Symbols {
  readonly #numbers = new Map<string, number>();
  readonly #bytes = new ByteWriter(4096);

  of(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(text, number);
    this.#bytes.string(text);
    return number;
  }

  section(): Uint8Array {
    return this.#bytes.view();
  }
}
