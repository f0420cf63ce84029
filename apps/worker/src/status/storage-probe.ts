import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@tidemark/base';
import { STORAGE_FRESH_MS } from '../limits.ts';

export interface Storage {
  readonly path: string;
  readonly usedBytes: number;
  readonly freeBytes: number;
}

/** What the log and the data take on disk, and what is free where the data is. Walks the folders once in a while. */
export class StorageProbe {
  readonly #folders: readonly string[];
  readonly #path: string;
  readonly #clock: Clock;
  #measured: { readonly atMs: number; readonly storage: Promise<Storage> } | null = null;

  constructor(dataFolder: string, otherFolders: readonly string[], clock: Clock) {
    this.#path = dataFolder;
    this.#folders = [dataFolder, ...otherFolders];
    this.#clock = clock;
  }

  measure(): Promise<Storage> {
    const nowMs = this.#clock.now();
    if (this.#measured === null || nowMs - this.#measured.atMs >= STORAGE_FRESH_MS) {
      this.#measured = { atMs: nowMs, storage: this.#walk() };
    }
    return this.#measured.storage;
  }

  async #walk(): Promise<Storage> {
    const { bavail, bsize } = await statfs(this.#path);
    let usedBytes = 0;
    for (const folder of this.#folders) usedBytes += await folderBytes(folder);
    return { path: this.#path, usedBytes, freeBytes: bavail * bsize };
  }
}

/** Files may vanish while it walks: segments and blocks are dropped at any time. A file with several names, as snapshots give, counts once. */
async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  let bytes = 0;
  const linked = new Set<number>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = await stat(join(entry.parentPath, entry.name)).catch(() => null);
    if (file === null || linked.has(file.ino)) continue;
    if (file.nlink > 1) linked.add(file.ino);
    bytes += file.size;
  }
  return bytes;
}
