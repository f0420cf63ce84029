import { readSync, watch, writeSync } from 'node:fs';
import { type FileHandle, link, mkdir, open, readdir, readFile, rename, rm, unlink } from 'node:fs/promises';
import { lockFolder } from '../service/lock-folder.ts';
import type { Files, OpenFile } from './files.ts';

/** This machine's file systems. */
export const nodeFiles: Files = {
  open: async (path, use) => new NodeFile(await open(path, FLAGS[use])),
  read: (path) => readFile(path),
  list: async (folder) => (await readdir(folder)).sort(),
  makeFolder: async (path) => void (await mkdir(path, { recursive: true })),
  rename,
  link,
  remove: unlink,
  removeFolder: (path) => rm(path, { recursive: true, force: true }),
  syncFolder: async (path) => {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  watch: (path, onChange, onLost) => watch(path, onChange).on('error', onLost),
  lock: lockFolder,
};

const FLAGS = { read: 'r', create: 'w+', update: 'r+' } as const;

class NodeFile implements OpenFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async read(target: Uint8Array, at: number): Promise<number> {
    let done = 0;
    while (done < target.length) {
      const { bytesRead } = await this.#handle.read(target, done, target.length - done, at + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return done;
  }

  readNow(target: Uint8Array, at: number): number {
    return readSync(this.#handle.fd, target, 0, target.length, at);
  }

  async write(bytes: Uint8Array, at: number): Promise<void> {
    let done = 0;
    while (done < bytes.length) done += (await this.#handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
  }

  writeNow(bytes: Uint8Array, at: number): void {
    let done = 0;
    while (done < bytes.length) done += writeSync(this.#handle.fd, bytes, done, bytes.length - done, at + done);
  }

  truncate(bytes: number): Promise<void> {
    return this.#handle.truncate(bytes);
  }

  sync(): Promise<void> {
    return this.#handle.datasync();
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  async writtenAtMs(): Promise<number> {
    return Math.floor((await this.#handle.stat()).mtimeMs);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
