import { basename, join } from 'node:path';
import { CorruptionError } from '@tidemark/base';
import { type Files, isFileError, isMissing, makeFolderDurably, TEMPORARY_SUFFIX } from '@tidemark/base/files';
import type { Block } from '../block/block.ts';
import type { BlockFiles } from '../block/block-files.ts';
import { isBlockId } from '../block/block-id.ts';
import { BLOCK_SUFFIX, type BlockMeta } from '../block/format.ts';
import { FAR_READS_AT_ONCE, OBJECT_READ_BYTES } from '../limits.ts';
import { bodyOf, bodyOfFile } from '../object-store/body.ts';
import { type ArchiveState, type ObjectBody, type ObjectStore, ObjectStoreError } from '../object-store/object-store.ts';
import { type BlockHeader, headerOf, readHeader, writeHeader } from './block-header.ts';
import { FarBlock } from './far-block.ts';
import type { PageCache } from './page-cache.ts';
import { noTraffic, type Place, type PlaceAge } from './place.ts';

export interface ObjectPlaceOptions {
  readonly name: string;
  readonly age: PlaceAge;
  readonly store: ObjectStore;
  /** Before each key, with its `/`: the engine's own. */
  readonly prefix: string;
  readonly storageClass?: string;
  /** This disk, and where headers are on it. */
  readonly files: Files;
  readonly headersDir: string;
  readonly cache: PageCache;
}

/**
 * Blocks in an object store, two objects each; their headers are on this disk.
 *
 *   PREFIX ID.block     the block's bytes
 *   PREFIX ID.json      what it is, its length and its checksum: put last, and only where there is none. With it the block is there
 *
 * Both are the same whoever brings the block. Taken away in the other order.
 */
export class ObjectPlace implements Place {
  readonly name: string;
  readonly where: string;
  readonly age: PlaceAge;
  readonly traffic = noTraffic();
  readonly files: BlockFiles;
  readonly #options: ObjectPlaceOptions;
  readonly #blocks = new Map<string, FarBlock>();

  constructor(options: ObjectPlaceOptions) {
    const { name, age, store, prefix } = options;
    this.name = name;
    this.age = age;
    this.where = store.name + prefix;
    this.#options = options;
    this.files = { open: (path) => this.#farBlock(path).open(), remove: async () => {}, readsAtOnce: FAR_READS_AT_ONCE };
  }

  pathOf(id: string): string {
    return `${this.where}${id}${BLOCK_SUFFIX}`;
  }

  async prepare(named: ReadonlySet<string>): Promise<void> {
    const { files, headersDir } = this.#options;
    await makeFolderDurably(files, headersDir);
    for (const name of await files.list(headersDir)) {
      if (!named.has(name.slice(0, -HEADER_SUFFIX.length))) await files.remove(join(headersDir, name));
    }
  }

  async known(): Promise<readonly string[]> {
    const { files, headersDir } = this.#options;
    const names = await files.list(headersDir).catch((error) => {
      if (isMissing(error)) return [];
      throw error;
    });
    return names.filter((name) => name.endsWith(HEADER_SUFFIX)).map((name) => name.slice(0, -HEADER_SUFFIX.length));
  }

  async found(): Promise<readonly string[]> {
    const { store, prefix } = this.#options;
    const ids: string[] = [];
    for (let after: string | undefined, more = true; more; ) {
      const page = await store.list(prefix, after);
      const described = page.objects.filter(({ key }) => key.endsWith(DESCRIPTION_SUFFIX));
      ids.push(...described.map(({ key }) => key.slice(prefix.length, -DESCRIPTION_SUFFIX.length)).filter(isBlockId));
      after = page.objects.at(-1)?.key;
      more = page.more;
    }
    return ids;
  }

  async take(block: Block, breathe: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const { store, storageClass, files } = this.#options;
    const { meta, tailAt } = block;
    const source = await block.openFile();
    try {
      const body = await bodyOfFile(source, breathe);
      const key = this.#blockKey(meta.id);
      const description = describe(meta, body, tailAt);
      await this.#assertOurs(meta.id, description, signal);
      if (!(await this.#has(key, body, signal))) {
        await store.put(key, body, { signal, ...(storageClass !== undefined && { storageClass }) });
        if (!(await this.#has(key, body, signal))) throw new ObjectStoreError('refused', `${store.name}${key} is not what was put there`);
      }
      await writeHeader(files, this.#headerPath(meta.id), await headerOf(source, tailAt));
      const outcome = await store.put(this.#descriptionKey(meta.id), bodyOf(Buffer.from(description)), { ifAbsent: true, signal });
      if (outcome === 'exists') await this.#assertOurs(meta.id, description, signal);
      this.traffic.movedBlocks++;
      this.traffic.movedBytes += body.bytes;
    } catch (error) {
      if (error instanceof ObjectStoreError) this.traffic.failures++;
      throw error;
    } finally {
      await source.close();
    }
  }

  async remove(id: string, signal: AbortSignal): Promise<void> {
    const { store, files, cache } = this.#options;
    await store.delete(this.#descriptionKey(id), signal);
    await store.delete(this.#blockKey(id), signal);
    for (const path of [this.#headerPath(id), this.#headerPath(id) + TEMPORARY_SUFFIX]) {
      await files.remove(path).catch((error) => {
        if (!isMissing(error)) throw error;
      });
    }
    this.#blocks.delete(id);
    cache.forget(id);
  }

  restore(id: string, days: number): Promise<ArchiveState> {
    return this.#options.store.restore(this.#blockKey(id), days);
  }

  /** The objects are not copied: whoever reads them from there must not outlive them here. */
  async give(id: string, dir: string): Promise<'shared'> {
    const { files, headersDir } = this.#options;
    const header = await this.#header(id);
    const there = join(dir, 'far', basename(headersDir));
    await makeFolderDurably(files, there);
    await writeHeader(files, join(there, id + HEADER_SUFFIX), header);
    return 'shared';
  }

  async close(): Promise<void> {
    await this.#options.cache.close();
  }

  #farBlock(path: string): FarBlock {
    const id = path.slice(this.where.length, -BLOCK_SUFFIX.length);
    const { store, cache } = this.#options;
    let block = this.#blocks.get(id);
    if (block === undefined) {
      const header = () => this.#header(id);
      block = new FarBlock({ id, path, key: this.#blockKey(id), store, header, cache, traffic: this.traffic });
      this.#blocks.set(id, block);
    }
    return block;
  }

  /** From this disk; when it is lost or damaged there, from the store, and written again. */
  async #header(id: string): Promise<BlockHeader> {
    const { files } = this.#options;
    const path = this.#headerPath(id);
    try {
      return await readHeader(files, path);
    } catch (error) {
      if (!(error instanceof CorruptionError) && !isFileError(error)) throw error;
    }
    const header = await this.#headerFromStore(id);
    await writeHeader(files, path, header);
    return header;
  }

  async #headerFromStore(id: string): Promise<BlockHeader> {
    const { store } = this.#options;
    const { bytes, tailAt } = descriptionOf(
      this.pathOf(id),
      Buffer.from(await store.get(this.#descriptionKey(id), 0, DESCRIPTION_BYTES_MAX)),
    );
    const key = this.#blockKey(id);
    const [magic, tail] = await Promise.all([store.get(key, 0, 8), store.get(key, tailAt, bytes - tailAt)]);
    if (tail.length < bytes - tailAt)
      throw new CorruptionError({ file: this.pathOf(id), offset: tailAt, reason: 'the object ends too early' });
    return { bytes, tailAt, magic, tail };
  }

  /** Is it there, and what it must be? Where the store does not say, it is read. */
  async #has(key: string, body: ObjectBody, signal: AbortSignal): Promise<boolean> {
    const { store } = this.#options;
    const head = await store.head(key, signal);
    if (head === null || head.bytes !== body.bytes) return false;
    if (head.crc32 !== null) return head.crc32 === body.crc32;
    if (head.archive === 'archived' || head.archive === 'restoring') return true; // It was verified on its way, and cannot be read.
    for (let at = 0; at < body.bytes; at += OBJECT_READ_BYTES) {
      const count = Math.min(OBJECT_READ_BYTES, body.bytes - at);
      if (Buffer.compare(await store.get(key, at, count, signal), await body.read(at, count)) !== 0) return false;
    }
    return true;
  }

  /** Rejects when another block has this name there. */
  async #assertOurs(id: string, description: string, signal: AbortSignal): Promise<void> {
    const { store } = this.#options;
    const key = this.#descriptionKey(id);
    if ((await store.head(key, signal)) === null) return;
    const there = Buffer.from(await store.get(key, 0, DESCRIPTION_BYTES_MAX, signal)).toString();
    if (there !== description)
      throw new ObjectStoreError(
        'refused',
        `${store.name}${key} is of another block with this name: does somebody else write to this bucket?`,
      );
  }

  #blockKey(id: string): string {
    return this.#options.prefix + id + BLOCK_SUFFIX;
  }

  #descriptionKey(id: string): string {
    return this.#options.prefix + id + DESCRIPTION_SUFFIX;
  }

  #headerPath(id: string): string {
    return join(this.#options.headersDir, id + HEADER_SUFFIX);
  }
}

const HEADER_SUFFIX = '.header';
const DESCRIPTION_SUFFIX = '.json';

/** `ID.json`. */
interface Description extends BlockMeta {
  readonly version: 1;
  readonly bytes: number;
  readonly crc32: number;
  /** Where directory, meta and footer begin. */
  readonly tailAt: number;
}

/** Far more than one has. */
const DESCRIPTION_BYTES_MAX = 65_536;

function descriptionOf(file: string, text: Buffer): Description {
  try {
    const description = JSON.parse(text.toString()) as Description;
    if (Number.isSafeInteger(description.bytes) && Number.isSafeInteger(description.tailAt)) return description;
  } catch {}
  throw new CorruptionError({ file, offset: 0, reason: 'its description is damaged' });
}

function describe(meta: BlockMeta, { bytes, crc32 }: ObjectBody, tailAt: number): string {
  return `${JSON.stringify({ version: 1, ...meta, bytes, crc32, tailAt } satisfies Description)}\n`;
}
