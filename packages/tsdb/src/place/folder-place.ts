import { dirname, join } from 'node:path';
import { CorruptionError } from '@tidemark/base';
import { type Files, isMissing, makeFolderDurably, publishFile, TEMPORARY_SUFFIX } from '@tidemark/base/files';
import type { Block } from '../block/block.ts';
import type { BlockFiles, ReadableFile } from '../block/block-files.ts';
import { BLOCK_SUFFIX } from '../block/format.ts';
import { OBJECT_READ_BYTES } from '../limits.ts';
import { bodyOfFile } from '../object-store/body.ts';
import type { ArchiveState } from '../object-store/object-store.ts';
import { noTraffic, type Place, type PlaceAge, PlaceMissingError } from './place.ts';

export interface FolderPlaceOptions {
  readonly name: string;
  readonly age: PlaceAge;
  readonly files: Files;
  /** The engine's own folder on that disk. */
  readonly dir: string;
}

/** Blocks in a folder of another disk, `ID.block`. */
export class FolderPlace implements Place {
  readonly name: string;
  readonly where: string;
  readonly age: PlaceAge;
  readonly traffic = noTraffic();
  readonly files: BlockFiles;
  readonly #files: Files;

  constructor({ name, age, files, dir }: FolderPlaceOptions) {
    this.name = name;
    this.age = age;
    this.where = dir;
    this.#files = files;
    // What is not live any more is a stray, and removed as one.
    this.files = { open: (path, use) => files.open(path, use), remove: async () => {} };
  }

  pathOf(id: string): string {
    return join(this.where, `${id}${BLOCK_SUFFIX}`);
  }

  async prepare(named: ReadonlySet<string>): Promise<void> {
    if (named.size > 0 && (await this.known()).length === 0)
      throw new PlaceMissingError(`place ${this.name}: ${this.where} is empty, and ${named.size} blocks lie there: mount its disk`);
  }

  async known(): Promise<readonly string[]> {
    const names = await this.#files.list(this.where).catch((error) => {
      if (isMissing(error)) return [];
      throw error;
    });
    return names.filter((name) => name.endsWith(BLOCK_SUFFIX)).map((name) => name.slice(0, -BLOCK_SUFFIX.length));
  }

  found(): Promise<readonly string[]> {
    return this.known();
  }

  async take(block: Block, breathe: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const path = this.pathOf(block.meta.id);
    const source = await block.openFile();
    try {
      await makeFolderDurably(this.#files, dirname(path));
      this.traffic.movedBytes += await copyDurably(this.#files, source, path, breathe, signal);
      this.traffic.movedBlocks++;
    } finally {
      await source.close();
    }
  }

  async remove(id: string): Promise<void> {
    for (const path of [this.pathOf(id), this.pathOf(id) + TEMPORARY_SUFFIX]) {
      await this.#files.remove(path).catch((error) => {
        if (!isMissing(error)) throw error;
      });
    }
    // Nobody would look for it again.
    await this.#files.syncFolder(this.where).catch((error) => {
      if (!isMissing(error)) throw error;
    });
  }

  async restore(): Promise<ArchiveState> {
    return 'not archived';
  }

  async give(id: string, dir: string): Promise<'copied'> {
    const source = await this.#files.open(this.pathOf(id), 'read');
    try {
      await copyDurably(this.#files, source, join(dir, 'blocks', `${id}${BLOCK_SUFFIX}`), async () => {});
      return 'copied';
    } finally {
      await source.close();
    }
  }

  async close(): Promise<void> {}
}

/** What is at `path` afterwards has been read again. Resolves to its length. */
async function copyDurably(files: Files, source: ReadableFile, path: string, breathe: () => Promise<void>, signal?: AbortSignal) {
  const body = await bodyOfFile(source, breathe);
  const target = await files.open(path + TEMPORARY_SUFFIX, 'create');
  try {
    for (let at = 0; at < body.bytes; at += OBJECT_READ_BYTES) {
      signal?.throwIfAborted();
      await target.write(await body.read(at, Math.min(OBJECT_READ_BYTES, body.bytes - at)), at);
      await breathe();
    }
    await target.sync();
    const written = await bodyOfFile(target, breathe);
    if (written.bytes !== body.bytes || written.crc32 !== body.crc32)
      throw new CorruptionError({ file: path, offset: 0, reason: 'the copy is not what was copied' });
  } finally {
    await target.close();
  }
  await publishFile(files, path);
  return body.bytes;
}
