import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { type Files, isFileError, type OpenFile } from '@tidemark/base/files';
import { CACHE_PAGE_BYTES } from '../limits.ts';

/**
 * Pages of far blocks on this disk, as long as there is room: those used longest ago go first. One file, so that its size is a bound:
 *
 *   file  := header  entry{slots}  page{slots}          each entry and its page at the same number
 *   header:= "TIDECACH" slots:u32 pageBytes:u32 zeros     64 bytes
 *   entry := block:20 page:u32 bytes:u32 crc:u32 stamp:f64 zeros entryCrc:u32     64 bytes
 *
 * A page counts when its bytes have the entry's checksum, and the entry its own: nothing needs to be flushed, a crash loses pages and
 * never gives wrong ones. It survives restarts; in the order of use as far as that was written: when pages came. What fails here is a miss.
 */
export class PageCache {
  #file: OpenFile | null;
  readonly #slots: number;
  /** By block and page, the longest unused first. */
  readonly #entries = new Map<string, Entry>();
  readonly #free: number[] = [];
  #stamp = 0;
  #used = 0;

  private constructor(file: OpenFile | null, slots: number) {
    this.#file = file;
    this.#slots = slots;
  }

  /** Never fails: where it cannot be, every page is a miss. */
  static async open(files: Files, path: string, bytesMax: number): Promise<PageCache> {
    const slots = Math.floor((bytesMax - ENTRY_BYTES) / (CACHE_PAGE_BYTES + ENTRY_BYTES));
    if (slots <= 0) return new PageCache(null, 0);
    try {
      await files.makeFolder(dirname(path));
      const there = await files.open(path, 'update').catch(() => null);
      if (there !== null) {
        const cache = new PageCache(there, slots);
        if (await closedUnless(there, () => cache.#load(there))) return cache;
      }
      const file = await files.open(path, 'create');
      await closedUnless(file, () => file.write(headerOf(slots), 0).then(() => true));
      return new PageCache(file, slots);
    } catch (error) {
      if (!isFileError(error)) throw error;
      return new PageCache(null, 0);
    }
  }

  get bytes(): number {
    return this.#entries.size * CACHE_PAGE_BYTES;
  }

  has(block: string, page: number): boolean {
    return this.#entries.has(keyOf(block, page));
  }

  async get(block: string, page: number): Promise<Uint8Array | null> {
    const key = keyOf(block, page);
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#file === null) return null;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    const bytes = new Uint8Array(entry.bytes);
    try {
      if ((await this.#file.read(bytes, this.#pageAt(entry.slot))) === bytes.length && crc32(bytes) === entry.crc) return bytes;
    } catch (error) {
      if (!isFileError(error)) throw error;
    }
    // Another page may have come to the slot while it was read; one that is still there is damaged.
    if (this.#entries.get(key) === entry) this.#drop(key, entry);
    return null;
  }

  async put(block: string, page: number, bytes: Uint8Array): Promise<void> {
    const key = keyOf(block, page);
    const file = this.#file;
    if (file === null || this.#entries.has(key)) return;
    const slot = this.#takeSlot();
    const entry = { slot, bytes: bytes.length, crc: crc32(bytes) };
    const stamp = ++this.#stamp;
    this.#entries.set(key, entry);
    try {
      await file.write(bytes, this.#pageAt(slot));
      await file.write(encodeEntry({ block, page, stamp, ...entry }), entryAt(slot));
    } catch (error) {
      if (!isFileError(error)) throw error;
      if (this.#entries.get(key) === entry) this.#drop(key, entry);
    }
  }

  /** All of a block. */
  forget(block: string): void {
    for (const [key, entry] of this.#entries) if (key.startsWith(`${block}/`)) this.#drop(key, entry);
  }

  /** Again does nothing. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close().catch((error) => {
      if (!isFileError(error)) throw error;
    });
  }

  /** False when it is no cache, or one of another size. */
  async #load(file: OpenFile): Promise<boolean> {
    const table = Buffer.alloc((this.#slots + 1) * ENTRY_BYTES);
    const length = await file.read(table, 0);
    if (length < ENTRY_BYTES || !table.subarray(0, ENTRY_BYTES).equals(headerOf(this.#slots))) return false;
    const found: { readonly key: string; readonly stamp: number; readonly entry: Entry }[] = [];
    for (let slot = 0; entryAt(slot) + ENTRY_BYTES <= length && slot < this.#slots; slot++) {
      const decoded = decodeEntry(table.subarray(entryAt(slot), entryAt(slot) + ENTRY_BYTES));
      if (decoded === null) continue;
      const { block, page, stamp, bytes, crc } = decoded;
      found.push({ key: keyOf(block, page), stamp, entry: { slot, bytes, crc } });
      this.#used = slot + 1;
    }
    const taken = new Set<number>();
    for (const { key, stamp, entry } of found.sort((a, b) => a.stamp - b.stamp)) {
      this.#entries.set(key, entry); // Of a page that is there twice the newer one counts.
      this.#stamp = stamp;
    }
    for (const { slot } of this.#entries.values()) taken.add(slot);
    for (let slot = 0; slot < this.#used; slot++) if (!taken.has(slot)) this.#free.push(slot);
    return true;
  }

  #takeSlot(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#used < this.#slots) return this.#used++;
    const [[key, entry]] = this.#entries;
    this.#entries.delete(key);
    return entry.slot;
  }

  #drop(key: string, { slot }: Entry): void {
    this.#entries.delete(key);
    this.#free.push(slot);
  }

  #pageAt(slot: number): number {
    return entryAt(this.#slots) + slot * CACHE_PAGE_BYTES;
  }
}

interface Entry {
  readonly slot: number;
  readonly bytes: number;
  readonly crc: number;
}

interface StoredEntry {
  readonly block: string;
  readonly page: number;
  readonly stamp: number;
  readonly bytes: number;
  readonly crc: number;
}

const ENTRY_BYTES = 64;
const BLOCK_ID_BYTES = 20;

/** The header is as long as an entry. */
function entryAt(slot: number): number {
  return (slot + 1) * ENTRY_BYTES;
}

function headerOf(slots: number): Buffer {
  const header = Buffer.alloc(ENTRY_BYTES);
  header.write('TIDECACH', 'latin1');
  header.writeUInt32LE(slots, 8);
  header.writeUInt32LE(CACHE_PAGE_BYTES, 12);
  return header;
}

function encodeEntry({ block, page, stamp, bytes, crc }: StoredEntry): Buffer {
  const entry = Buffer.alloc(ENTRY_BYTES);
  entry.write(block, 'latin1');
  entry.writeUInt32LE(page, BLOCK_ID_BYTES);
  entry.writeUInt32LE(bytes, 24);
  entry.writeUInt32LE(crc, 28);
  entry.writeDoubleLE(stamp, 32);
  entry.writeUInt32LE(crc32(entry.subarray(0, ENTRY_BYTES - 4)), ENTRY_BYTES - 4);
  return entry;
}

/** Null where there is none. */
function decodeEntry(entry: Buffer): StoredEntry | null {
  const block = entry.toString('latin1', 0, BLOCK_ID_BYTES);
  if (entry[0] === 0 || entry.readUInt32LE(ENTRY_BYTES - 4) !== crc32(entry.subarray(0, ENTRY_BYTES - 4))) return null;
  const [page, bytes, crc] = [entry.readUInt32LE(20), entry.readUInt32LE(24), entry.readUInt32LE(28)];
  return bytes > CACHE_PAGE_BYTES ? null : { block, page, bytes, crc, stamp: entry.readDoubleLE(32) };
}

/** Closes the file when what is done with it does not come to be true, or fails. */
async function closedUnless(file: OpenFile, work: () => Promise<boolean>): Promise<boolean> {
  let isKept = false;
  try {
    isKept = await work();
  } finally {
    if (!isKept) await file.close();
  }
  return isKept;
}

function keyOf(block: string, page: number): string {
  return `${block}/${page}`;
}
