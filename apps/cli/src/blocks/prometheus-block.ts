import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import { crc32c } from '@tidemark/base';
import { CommandFailure } from '../failure.ts';
import { BigEndianReader } from './big-endian.ts';
import { BlockIndexFile, type ChunkReference, type IndexedSeries } from './index-file.ts';
import { type Interval, readTombstones } from './tombstones-file.ts';

/** What a block's `meta.json` says of it. */
export interface BlockMetaFile {
  readonly ulid: string;
  readonly minTime: number;
  /** Excluded. */
  readonly maxTime: number;
  readonly stats?: { readonly numSeries?: number; readonly numSamples?: number };
}

export interface RawChunk {
  /** 1 XOR, 2 native histograms, 3 with floats. */
  readonly encoding: number;
  readonly bytes: Uint8Array;
}

/** A block of Prometheus' on disk: a folder with `meta.json`, `index`, `chunks/` and perhaps `tombstones`. */
export class PrometheusBlock {
  readonly dir: string;
  readonly meta: BlockMetaFile;
  #index: BlockIndexFile | null = null;
  #deleted: ReadonlyMap<number, readonly Interval[]> = new Map();
  readonly #segments = new Map<number, number>();

  constructor(dir: string) {
    this.dir = dir;
    this.meta = this.#reading('meta.json', () => {
      const meta = JSON.parse(readFileSync(join(dir, 'meta.json'), 'utf8')) as BlockMetaFile;
      if (![meta.minTime, meta.maxTime].every(Number.isSafeInteger)) throw new RangeError('it does not say which time the block covers');
      return meta;
    });
  }

  /** The blocks in a folder of Prometheus', or the one that the folder is; the oldest first. */
  static list(dir: string): PrometheusBlock[] {
    let names: string[];
    try {
      names = readdirSync(dir);
    } catch (error) {
      throw new CommandFailure(`${dir} cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
    if (names.includes('meta.json')) return [new PrometheusBlock(dir)];
    const blocks = names.filter((name) => ULID.test(name)).map((name) => new PrometheusBlock(join(dir, name)));
    if (blocks.length === 0) throw new CommandFailure(`${dir} holds no block of Prometheus': a data folder, or a block in it, is wanted`);
    return blocks.sort((a, b) => a.meta.minTime - b.meta.minTime || (a.meta.ulid < b.meta.ulid ? -1 : 1));
  }

  get title(): string {
    return basename(this.dir);
  }

  open(): void {
    if (this.#index !== null) return;
    this.#index = this.#reading('index', () => new BlockIndexFile(readFileSync(join(this.dir, 'index'))));
    this.#deleted = this.#reading('tombstones', () => {
      try {
        return readTombstones(readFileSync(join(this.dir, 'tombstones')));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
        throw error;
      }
    });
  }

  *series(): Generator<IndexedSeries> {
    const all = this.#reading('index', () => (this.#index as BlockIndexFile).series());
    for (;;) {
      const next = this.#reading('index', () => all.next());
      if (next.done) return;
      yield next.value;
    }
  }

  deletedOf({ reference }: IndexedSeries): readonly Interval[] {
    return this.#deleted.get(reference) ?? [];
  }

  /** `chunk := length:uvarint encoding:u8 bytes{length} crc:u32`, the checksum of encoding and bytes. */
  chunk({ segment, at }: ChunkReference): RawChunk {
    const name = join('chunks', String(segment + 1).padStart(6, '0'));
    return this.#reading(name, () => {
      const handle = this.#segment(segment, name);
      let bytes = readAt(handle, at, CHUNK_BYTES_USUAL);
      const reader = new BigEndianReader(bytes);
      const length = reader.uvarint();
      const from = reader.at;
      if (from + 1 + length + 4 > bytes.length) bytes = readAt(handle, at, from + 1 + length + 4);
      const to = from + 1 + length;
      if (bytes.length < to + 4) throw new RangeError(`the chunk at ${at} is cut`);
      if (crc32c(bytes, from, to) !== bytes.readUInt32BE(to)) throw new RangeError(`the chunk at ${at} fails its checksum`);
      return { encoding: bytes[from], bytes: bytes.subarray(from + 1, to) };
    });
  }

  /** Whatever of the block cannot be read is said with its file. */
  decoding<T>(series: IndexedSeries, decode: () => T): T {
    return this.#reading(`chunks of ${series.labels}`, decode);
  }

  close(): void {
    for (const handle of this.#segments.values()) closeSync(handle);
    this.#segments.clear();
    this.#index = null;
    this.#deleted = new Map();
  }

  #segment(segment: number, name: string): number {
    let handle = this.#segments.get(segment);
    if (handle === undefined) {
      handle = openSync(join(this.dir, name), 'r');
      this.#segments.set(segment, handle);
      const header = new BigEndianReader(readAt(handle, 0, 8));
      if (header.u32() !== SEGMENT_MAGIC || header.u8() !== 1) throw new RangeError('it does not begin as chunks of version 1 do');
    }
    return handle;
  }

  #reading<T>(file: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (!(error instanceof RangeError || error instanceof SyntaxError) && code === undefined) throw error;
      throw new CommandFailure(`${join(this.dir, file)} cannot be read: ${code ?? message}`);
    }
  }
}

const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const SEGMENT_MAGIC = 0x85bd40dd;
/** Most chunks: 120 samples. */
const CHUNK_BYTES_USUAL = 2048;

function readAt(handle: number, at: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  for (let read = -1; read !== 0 && done < length; done += read) read = readSync(handle, bytes, done, length - done, at + done);
  return bytes.subarray(0, done);
}
