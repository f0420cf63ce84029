import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { assert } from '@tidemark/base';
import { type Files, isFileError, isMissing, makeFolderDurably, type OpenFile, TEMPORARY_SUFFIX } from '@tidemark/base/files';
import { OBJECT_LIST_MAX, OBJECT_READ_BYTES } from '../limits.ts';
import {
  type ArchiveState,
  isObjectKey,
  type ListPage,
  type ObjectBody,
  type ObjectHead,
  type ObjectStore,
  ObjectStoreError,
  type PutOptions,
} from './object-store.ts';

/**
 * Objects in a folder: a disk in the network, or a test's. A key is a path below it; what is being written ends in `.WRITER.tmp`, beside it.
 * It has no archive.
 */
export class FolderStore implements ObjectStore {
  readonly name: string;
  readonly #files: Files;
  readonly #dir: string;
  readonly #suffix: string;
  /** One after the other for each key: they share the temporary file. */
  readonly #writing = new Map<string, Promise<unknown>>();

  /** `writer`: a name that nobody else has who writes to the folder; the same after a restart, which cleans up what was left. */
  constructor(files: Files, dir: string, writer: string) {
    this.name = dir;
    this.#suffix = `.${writer}${TEMPORARY_SUFFIX}`;
    this.#files = files;
    this.#dir = dir;
  }

  put(key: string, body: ObjectBody, { ifAbsent = false, signal }: PutOptions = {}): Promise<'stored' | 'exists'> {
    const before = this.#writing.get(key) ?? Promise.resolve();
    const begin = () => this.#put(key, body, ifAbsent, signal);
    const put = before.then(begin, begin);
    this.#writing.set(key, put);
    const forget = () => {
      if (this.#writing.get(key) === put) this.#writing.delete(key);
    };
    put.then(forget, forget);
    return put;
  }

  get(key: string, at: number, bytes: number): Promise<Uint8Array> {
    return this.#reading(key, async (file) => {
      const target = new Uint8Array(bytes);
      return target.subarray(0, await file.read(target, at));
    });
  }

  async head(key: string, signal?: AbortSignal): Promise<ObjectHead | null> {
    try {
      return await this.#reading(key, async (file) => {
        const bytes = await file.size();
        return { bytes, crc32: await checksumOf(file, bytes, signal), archive: 'not archived' };
      });
    } catch (error) {
      if (error instanceof ObjectStoreError && error.kind === 'missing') return null;
      throw error;
    }
  }

  async list(prefix: string, after = ''): Promise<ListPage> {
    // Whole names above the last `/` are a folder.
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    const keys = (await asStore(() => this.#keysIn(folder))).filter((key) => key.startsWith(prefix) && key > after).sort();
    const objects = [];
    for (const key of keys.slice(0, OBJECT_LIST_MAX)) objects.push({ key, bytes: await this.#reading(key, (file) => file.size()) });
    return { objects, more: keys.length > OBJECT_LIST_MAX };
  }

  /** Also what a crash has left of its writing. Gone when it resolves, whatever happens then. */
  async delete(key: string): Promise<void> {
    const path = this.#pathOf(key);
    await asStore(async () => {
      try {
        for (const name of [path, path + this.#suffix]) await this.#removeIfThere(name);
        await this.#files.syncFolder(dirname(path));
      } catch (error) {
        if (!isMissing(error)) throw error; // The folder.
      }
    });
  }

  async restore(key: string): Promise<ArchiveState> {
    if ((await this.head(key)) === null) throw new ObjectStoreError('missing', `${this.#pathOf(key)} is missing`);
    return 'not archived';
  }

  #put(key: string, body: ObjectBody, ifAbsent: boolean, signal: AbortSignal | undefined): Promise<'stored' | 'exists'> {
    const files = this.#files;
    const path = this.#pathOf(key);
    return asStore(async () => {
      await makeFolderDurably(files, dirname(path));
      const temporary = path + this.#suffix;
      const file = await files.open(temporary, 'create');
      try {
        let crc = 0;
        for (let at = 0; at < body.bytes; at += OBJECT_READ_BYTES) {
          signal?.throwIfAborted();
          const part = await body.read(at, Math.min(OBJECT_READ_BYTES, body.bytes - at));
          crc = crc32(part, crc);
          await file.write(part, at);
        }
        if (crc !== body.crc32) throw new ObjectStoreError('refused', `${path}: the bytes are not those of their checksum`);
        await file.sync();
      } finally {
        await file.close();
      }
      try {
        // A link fails where the name is taken, a rename does not.
        if (ifAbsent) await files.link(temporary, path);
        else await files.rename(temporary, path);
      } catch (error) {
        if (!isFileError(error) || error.code !== 'EEXIST') throw error;
        await files.remove(temporary);
        return 'exists';
      }
      if (ifAbsent) await files.remove(temporary);
      await files.syncFolder(dirname(path));
      return 'stored';
    });
  }

  async #removeIfThere(path: string): Promise<void> {
    try {
      await this.#files.remove(path);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  #reading<T>(key: string, work: (file: OpenFile) => Promise<T>): Promise<T> {
    return asStore(async () => {
      const file = await this.#files.open(this.#pathOf(key), 'read');
      try {
        return await work(file);
      } finally {
        await file.close();
      }
    });
  }

  /** Below a folder, `''` or one that ends in `/`. */
  async #keysIn(folder: string): Promise<string[]> {
    const keys: string[] = [];
    for (const name of await this.#namesIn(folder)) {
      const below = await this.#namesIn(`${folder}${name}/`);
      if (below.length > 0) keys.push(...(await this.#keysIn(`${folder}${name}/`)));
      else if (!name.endsWith(TEMPORARY_SUFFIX) && (await this.#isFile(folder + name))) keys.push(folder + name);
    }
    return keys;
  }

  async #namesIn(folder: string): Promise<readonly string[]> {
    try {
      return await this.#files.list(join(this.#dir, folder));
    } catch (error) {
      if (isFileError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
      throw error;
    }
  }

  async #isFile(key: string): Promise<boolean> {
    try {
      await this.#reading(key, (file) => file.read(new Uint8Array(1), 0));
      return true;
    } catch {
      return false; // An empty folder.
    }
  }

  #pathOf(key: string): string {
    assert(isObjectKey(key), `no key: ${key}`);
    return join(this.#dir, key);
  }
}

async function checksumOf(file: OpenFile, bytes: number, signal: AbortSignal | undefined): Promise<number> {
  let crc = 0;
  const buffer = new Uint8Array(Math.min(bytes, OBJECT_READ_BYTES));
  for (let at = 0; at < bytes; at += buffer.length) {
    signal?.throwIfAborted();
    const length = await file.read(buffer, at);
    crc = crc32(buffer.subarray(0, length), crc);
  }
  return crc;
}

async function asStore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ObjectStoreError || !isFileError(error)) throw error;
    const kind = error.code === 'ENOENT' ? 'missing' : error.code === 'EACCES' || error.code === 'EPERM' ? 'denied' : 'away';
    throw new ObjectStoreError(kind, error.message, { cause: error });
  }
}
