import { assert, CorruptionError } from '@tidemark/base';
import type { ReadableFile } from '../block/block-files.ts';
import { BlockUnreachableError } from '../block/block-unreachable.ts';
import { MAGIC } from '../block/format.ts';
import { CACHE_PAGE_BYTES, FAR_READ_AHEAD_PAGES_MAX, FAR_READ_PAGES_MAX } from '../limits.ts';
import { type ObjectStore, ObjectStoreError } from '../object-store/object-store.ts';
import type { BlockHeader } from './block-header.ts';
import type { PageCache } from './page-cache.ts';
import type { PlaceTraffic } from './place.ts';

export interface FarBlockOptions {
  readonly id: string;
  /** As it is called when something is said of it. */
  readonly path: string;
  readonly key: string;
  readonly store: ObjectStore;
  /** Verified. */
  readonly header: () => Promise<BlockHeader>;
  readonly cache: PageCache;
  readonly traffic: PlaceTraffic;
}

/**
 * A block in an object store, read as if it were a file. Its ends are in its header, on this disk. What lies between is asked for in
 * pages, which stay in the cache; what is missing and lies together is asked for at once, and what many want at the same time once. Who
 * goes on where the last request ended is read ahead for, each time twice as far.
 */
export class FarBlock {
  readonly #options: FarBlockOptions;
  #layout: Promise<Layout> | null = null;
  readonly #coming = new Map<number, Promise<Uint8Array>>();
  /** The page after the last request, and how many were read ahead with it. */
  #nextPage = -1;
  #aheadPages = 0;

  constructor(options: FarBlockOptions) {
    this.#options = options;
  }

  /** All that it says rejects with `BlockUnreachableError` where the store does not answer. */
  async open(): Promise<ReadableFile> {
    const layout = await this.#layoutOnce();
    let header: Promise<BlockHeader> | null = null;
    return {
      size: async () => layout.bytes,
      read: async (target, at) => {
        const end = Math.min(layout.bytes, at + target.length);
        if (at < MAGIC.length && at < end) target.set(layout.magic.subarray(at, end));
        const from = Math.max(at, MAGIC.length);
        const to = Math.min(end, layout.tailAt);
        if (from < to) await this.#readPages(target.subarray(from - at, to - at), from, layout.tailAt);
        const tailFrom = Math.max(at, layout.tailAt);
        if (tailFrom < end) {
          header ??= this.#reaching(this.#options.header);
          target.set((await header).tail.subarray(tailFrom - layout.tailAt, end - layout.tailAt), tailFrom - at);
        }
        return Math.max(0, end - at);
      },
      close: async () => {},
    };
  }

  #layoutOnce(): Promise<Layout> {
    if (this.#layout === null) {
      const loading = this.#reaching(this.#options.header).then(({ bytes, tailAt, magic }) => ({ bytes, tailAt, magic }));
      this.#layout = loading;
      loading.catch(() => {
        this.#layout = null;
      });
    }
    return this.#layout;
  }

  /** Fills `target` with what lies from `at` on, all before `end`. */
  async #readPages(target: Uint8Array, at: number, end: number): Promise<void> {
    const { id, cache, traffic } = this.#options;
    const first = Math.floor(at / CACHE_PAGE_BYTES);
    const last = Math.floor((at + target.length - 1) / CACHE_PAGE_BYTES);
    const pages: (Uint8Array | Promise<Uint8Array> | null)[] = [];
    for (let page = first; page <= last; page++) pages.push(this.#coming.get(page) ?? (await cache.get(id, page)));
    const misses = pages.filter((page) => page === null).length;
    traffic.cacheMisses += misses;
    traffic.cacheHits += pages.length - misses;
    const isMissing = (page: number) => pages[page - first] === null && !this.#coming.has(page);
    for (let page = first; page <= last; page++) {
      if (!isMissing(page)) continue;
      let after = page + 1;
      while (after <= last && isMissing(after)) after++;
      this.#ask(page, after > last ? after + this.#ahead(page, after, end) : after, end);
    }
    // Taken now: what has come is in the map no longer.
    const all = pages.map((found, i) => found ?? this.#coming.get(first + i));
    for (const [i, bytes] of (await Promise.all(all)).entries()) {
      assert(bytes !== undefined, 'a page that nobody asked for');
      const pageAt = (first + i) * CACHE_PAGE_BYTES;
      const from = Math.max(at, pageAt);
      const to = Math.min(at + target.length, pageAt + CACHE_PAGE_BYTES);
      target.set(bytes.subarray(from - pageAt, to - pageAt), from - at);
    }
  }

  /** The pages from `from` to before `to`, which nobody has asked for yet. */
  #ask(from: number, to: number, end: number): void {
    for (let page = from; page < to; page += FAR_READ_PAGES_MAX) {
      const count = Math.min(FAR_READ_PAGES_MAX, to - page);
      const coming = this.#fetch(page, count, end);
      for (let i = 0; i < count; i++) {
        const bytes = coming.then((all) => all.subarray(i * CACHE_PAGE_BYTES, (i + 1) * CACHE_PAGE_BYTES));
        bytes.catch(() => {}); // Who waits for it hears of it; nobody may.
        this.#coming.set(page + i, bytes);
      }
    }
  }

  async #fetch(first: number, count: number, end: number): Promise<Uint8Array> {
    const { id, key, path, store, cache, traffic } = this.#options;
    const at = first * CACHE_PAGE_BYTES;
    const bytes = Math.min(end, at + count * CACHE_PAGE_BYTES) - at;
    try {
      traffic.requests++;
      const all = await this.#reaching(() => store.get(key, at, bytes));
      if (all.length < bytes) throw new CorruptionError({ file: path, offset: at + all.length, reason: 'the object ends too early' });
      traffic.readBytes += bytes;
      for (let i = 0; i < count; i++)
        await cache.put(id, first + i, all.subarray(i * CACHE_PAGE_BYTES, Math.min(bytes, (i + 1) * CACHE_PAGE_BYTES)));
      return all;
    } finally {
      for (let i = 0; i < count; i++) this.#coming.delete(first + i);
    }
  }

  async #reaching<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ObjectStoreError)) throw error;
      this.#options.traffic.failures++;
      throw new BlockUnreachableError(this.#options.path, error.kind, error);
    }
  }

  /** Pages from `after` on that are worth having with those from `from`. */
  #ahead(from: number, after: number, end: number): number {
    const { id, cache } = this.#options;
    this.#aheadPages = from === this.#nextPage ? Math.min(2 * this.#aheadPages + 1, FAR_READ_AHEAD_PAGES_MAX) : 0;
    let pages = 0;
    while (pages < this.#aheadPages) {
      const page = after + pages;
      if (page * CACHE_PAGE_BYTES >= end || cache.has(id, page) || this.#coming.has(page)) break;
      pages++;
    }
    this.#nextPage = after + pages;
    return pages;
  }
}

interface Layout {
  readonly bytes: number;
  readonly tailAt: number;
  readonly magic: Uint8Array;
}
