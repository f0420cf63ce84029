/**
 * The parts of the saved head on disk. One that has not changed since the last snapshot stays where it is; one that has goes where neither
 * that snapshot nor this one has anything: so the last one is whole until the next is published, and a save writes what is new.
 */
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type ByteReader, type ByteWriter, CorruptionError } from '@tidemark/base';
import type { Files, OpenFile } from '@tidemark/base/files';
import { SAVED_UNSYNCED_BYTES_MAX } from '../../limits.ts';

export interface SavedPart {
  /** In units of 4 KiB. */
  readonly at: number;
  readonly bytes: number;
  /** CRC-32, as zlib has it: the processor's own instructions check a snapshot in a twelfth of the time. */
  readonly checksum: number;
}

export function writePart(index: ByteWriter, { at, bytes, checksum }: SavedPart): void {
  index.varint(at);
  index.varint(bytes);
  index.u32(checksum);
}

export function readPart(index: ByteReader): SavedPart {
  return { at: index.varint(), bytes: index.varint(), checksum: index.u32() };
}

export function writeList(index: ByteWriter, list: readonly SavedPart[]): void {
  index.varint(list.length);
  for (const part of list) writePart(index, part);
}

export function readList(index: ByteReader): SavedPart[] {
  return Array.from({ length: index.varint() }, () => readPart(index));
}

/** What a snapshot has of things that are in memory: by thing and number, and as of which revision. */
export class KeptParts {
  readonly #of = new Map<object, ({ readonly revision: number; readonly part: SavedPart } | undefined)[]>();

  get(owner: object, number: number, revision: number): SavedPart | null {
    const known = this.#of.get(owner)?.[number];
    return known?.revision === revision ? known.part : null;
  }

  set(owner: object, number: number, revision: number, part: SavedPart): void {
    const parts = this.#of.get(owner);
    if (parts === undefined) this.#of.set(owner, Object.assign([], { [number]: { revision, part } }));
    else parts[number] = { revision, part };
  }
}

/** A published snapshot, as who writes the next one must know it. */
export interface PublishedParts {
  readonly kept: KeptParts;
  /** All of them. */
  readonly parts: readonly SavedPart[];
}

export const NO_PARTS: PublishedParts = { kept: new KeptParts(), parts: [] };

export class PartFile {
  readonly #files: Files;
  readonly #path: string;
  #published = NO_PARTS;
  /** A snapshot that may have taken its place. */
  #inDoubt: readonly SavedPart[] = [];

  constructor(files: Files, folder: string) {
    this.#files = files;
    this.#path = join(folder, 'PARTS');
  }

  async begin(): Promise<PartWriter> {
    const needed = [...this.#published.parts, ...this.#inDoubt];
    const file = await this.#files.open(this.#path, needed.length === 0 ? 'create' : 'update');
    return new PartWriter(file, this.#published.kept, needed);
  }

  /** The snapshot's index is about to be published. */
  publishing({ parts }: PublishedParts): void {
    this.#inDoubt = [...this.#inDoubt, ...parts];
  }

  published(published: PublishedParts): void {
    this.#published = published;
    this.#inDoubt = [];
  }

  async open(): Promise<PartReader> {
    return new PartReader(this.#path, await this.#files.open(this.#path, 'read'));
  }

  /** There is no published snapshot any more. */
  remove(): Promise<void> {
    this.published(NO_PARTS);
    return this.#files.remove(this.#path);
  }
}

export class PartWriter implements PublishedParts {
  readonly kept = new KeptParts();
  readonly parts: SavedPart[] = [];
  /** That have been written, and not kept. */
  writtenBytes = 0;
  #unsyncedBytes = 0;
  readonly #file: OpenFile;
  readonly #before: KeptParts;
  /** Where nothing is, in units; the last one has no end. */
  readonly #gaps: { from: number; readonly to: number }[] = [];
  #end = 0;

  constructor(file: OpenFile, before: KeptParts, needed: readonly SavedPart[]) {
    this.#file = file;
    this.#before = before;
    for (const { at, bytes } of [...needed].sort((a, b) => a.at - b.at)) {
      if (at > this.#end) this.#gaps.push({ from: this.#end, to: at });
      this.#end = Math.max(this.#end, at + unitsOf(bytes));
    }
    this.#gaps.push({ from: this.#end, to: Number.POSITIVE_INFINITY });
  }

  /** Part `number` of `owner`, which is written when it has another revision than the last snapshot has. */
  async save(owner: object, number: number, revision: number, encode: () => Uint8Array): Promise<SavedPart> {
    const known = this.#before.get(owner, number, revision);
    if (known !== null) this.parts.push(known);
    const part = known ?? (await this.put(encode()));
    this.kept.set(owner, number, revision, part);
    return part;
  }

  /** Writes what is another each time. `bytes` may change once this has resolved. */
  async put(bytes: Uint8Array): Promise<SavedPart> {
    const units = unitsOf(bytes.length);
    const gap = this.#gaps.find(({ from, to }) => to - from >= units) as { from: number };
    const part = { at: gap.from, bytes: bytes.length, checksum: crc32(bytes) };
    gap.from += units;
    this.#end = Math.max(this.#end, gap.from);
    this.parts.push(part);
    this.writtenBytes += bytes.length;
    await this.#file.write(bytes, part.at * UNIT_BYTES);
    this.#unsyncedBytes += bytes.length;
    if (this.#unsyncedBytes >= SAVED_UNSYNCED_BYTES_MAX) {
      this.#unsyncedBytes = 0;
      await this.#file.sync();
    }
    return part;
  }

  /** Everything is on disk when this resolves. */
  async finish(): Promise<void> {
    await this.#file.truncate(this.#end * UNIT_BYTES);
    await this.#file.sync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

export class PartReader {
  readonly #path: string;
  readonly #file: OpenFile;
  readonly #parts: SavedPart[] = [];

  constructor(path: string, file: OpenFile) {
    this.#path = path;
    this.#file = file;
  }

  /** What has been read. */
  get parts(): readonly SavedPart[] {
    return this.#parts;
  }

  /** In their order, some of them on their way at the same time. Throws `CorruptionError` when one is not what it was. */
  async *each(parts: readonly SavedPart[]): AsyncGenerator<Uint8Array> {
    for (let from = 0; from < parts.length; from += READ_AT_ONCE) {
      const some = parts.slice(from, from + READ_AT_ONCE);
      yield* await Promise.all(some.map((part) => this.readInto(new Uint8Array(part.bytes), part)));
    }
  }

  /** To the beginning of `target`, which is returned. */
  async readInto(target: Uint8Array, part: SavedPart): Promise<Uint8Array> {
    const { at, bytes, checksum } = part;
    const read = target.subarray(0, bytes);
    const length = await this.#file.read(read, at * UNIT_BYTES);
    if (length < bytes || crc32(read) !== checksum)
      throw new CorruptionError({ file: this.#path, offset: at * UNIT_BYTES, reason: 'a part fails its checksum' });
    this.#parts.push(part);
    return target;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** Half a megabyte on its way: enough for the disk, little beside the head. */
export const READ_AT_ONCE = 8;

const UNIT_BYTES = 4096;

function unitsOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / UNIT_BYTES));
}
