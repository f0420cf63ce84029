import { join } from 'node:path';
import { CorruptionError } from '@tidemark/base';
import type { Files, OpenFile } from '@tidemark/base/files';
import { crc32c } from '@tidemark/base/kernel';
import type { Pacer } from '../../pacer.ts';
import { ChunkPage, PAGE_WORDS } from '../chunk-pages.ts';

/**
 * The pages of sealed chunks on disk, each in a slot of its size. A page that has not changed since the last snapshot stays where it
 * is; one that has goes to a slot that this snapshot has no use for. So the last snapshot is whole until the next one is published.
 */
export interface SavedPage {
  readonly number: number;
  readonly slot: number;
  /** What of it is written, in words: what the checksum is about. */
  readonly used: number;
  /** Chunks on it that are used. */
  readonly chunks: number;
  readonly checksum: number;
}

/** A page as it was at one time: what is behind `used` is no part of it. */
export interface CapturedPage extends Pick<SavedPage, 'number' | 'used' | 'chunks'> {
  readonly page: ChunkPage;
  readonly revision: number;
}

export function capturePage(page: ChunkPage): CapturedPage {
  const { number, used, chunks, revision } = page;
  return { page, number, used, chunks, revision };
}

interface Kept {
  readonly revision: number;
  readonly saved: SavedPage;
}

export class PageFile {
  readonly #files: Files;
  readonly #path: string;
  /** What the published snapshot says of the pages that are still in memory. */
  #kept: ReadonlyMap<ChunkPage, Kept> = new Map();
  /** All slots that the published snapshot needs. */
  #needed: ReadonlySet<number> = new Set();

  constructor(files: Files, folder: string) {
    this.#files = files;
    this.#path = join(folder, 'PAGES');
  }

  /** Writes what is not there, and flushes it. Returns where all of them are, and what to call once a snapshot that says so is published. */
  async write(pages: readonly CapturedPage[], pacer: Pacer): Promise<{ readonly saved: SavedPage[]; readonly published: () => void }> {
    const kept = new Map<ChunkPage, Kept>();
    const free = freeSlots(this.#needed);
    const file = await this.#open();
    try {
      for (const captured of pages) {
        await pacer.breathe();
        const { page, number, used, chunks, revision } = captured;
        const known = this.#kept.get(page);
        if (known?.revision === revision) {
          kept.set(page, { revision, saved: { ...known.saved, chunks } });
          continue;
        }
        const slot = free.next().value as number;
        await file.write(page.bytes, slot * PAGE_BYTES);
        kept.set(page, { revision, saved: { number, slot, used, chunks, checksum: checksumOf(page, used) } });
      }
      const saved = Array.from(kept.values(), (each) => each.saved);
      await file.truncate(PAGE_BYTES * endOf([...saved.map(({ slot }) => slot), ...this.#needed]));
      await file.sync();
      return { saved, published: () => this.#published(kept) };
    } finally {
      await file.close();
    }
  }

  /** The pages of a published snapshot. Rejects with `CorruptionError` when one of them is not what it says. */
  async read(saved: readonly SavedPage[]): Promise<ChunkPage[]> {
    const file = await this.#files.open(this.#path, 'read');
    const kept = new Map<ChunkPage, Kept>();
    try {
      const bySlot = [...saved].sort((a, b) => a.slot - b.slot);
      for (let from = 0; from < bySlot.length; from += READ_AT_ONCE) {
        await Promise.all(
          bySlot.slice(from, from + READ_AT_ONCE).map(async (each) => {
            const page = await this.#readPage(file, each);
            kept.set(page, { revision: page.revision, saved: each });
          }),
        );
      }
    } finally {
      await file.close();
    }
    this.#published(kept);
    return [...kept.keys()];
  }

  /** There is no published snapshot any more. */
  remove(): Promise<void> {
    this.#published(new Map());
    return this.#files.remove(this.#path);
  }

  async #readPage(file: OpenFile, { number, slot, used, chunks, checksum }: SavedPage): Promise<ChunkPage> {
    const page = new ChunkPage(number);
    const length = await file.read(page.bytes, slot * PAGE_BYTES);
    page.used = used;
    page.chunks = chunks;
    if (length < 4 * used || checksumOf(page, used) !== checksum)
      throw new CorruptionError({ file: this.#path, offset: slot * PAGE_BYTES, reason: `page ${number} fails its checksum` });
    return page;
  }

  async #open(): Promise<OpenFile> {
    return this.#files.open(this.#path, this.#needed.size === 0 ? 'create' : 'update');
  }

  #published(kept: ReadonlyMap<ChunkPage, Kept>): void {
    this.#kept = kept;
    this.#needed = new Set(Array.from(kept.values(), ({ saved }) => saved.slot));
  }
}

const PAGE_BYTES = 4 * PAGE_WORDS;

/** Half a megabyte on its way: enough for the disk, little beside the pages. */
const READ_AT_ONCE = 8;

function checksumOf(page: ChunkPage, used: number): number {
  return crc32c(page.bytes, 0, 4 * used);
}

function* freeSlots(needed: ReadonlySet<number>): Generator<number> {
  for (let slot = 0; ; slot++) if (!needed.has(slot)) yield slot;
}

function endOf(slots: readonly number[]): number {
  return slots.reduce((end, slot) => Math.max(end, slot + 1), 0);
}
