import type { Chunk, SharedTimes } from '../codec/chunk.ts';
import { codecKernel } from '../kernel/codec-kernel.ts';
import type { HeadKernel } from '../kernel/head-kernel.ts';
import { addressOf, type ChunkPage, ChunkPages, PAGE_WORDS, wordOf } from './chunk-pages.ts';

/**
 * The sealed chunks of all series, in pages. Those of a series are a chain, the one that was sealed last first; chunks of one page
 * that have the same times share them, as those of a scrape do.
 *
 *   chunk := before:u32  times:u16  bytes:u16  values{bytes}         before: the address of the chunk sealed before, 0 for none
 *   times := first:f64  span:u32  count:u16  bytes:u16  times{bytes}         times: at which word of the page they are
 *
 * Both begin at a word; values and times are those of docs/format/chunk.md.
 */
export class SealedChunks {
  readonly pages: ChunkPages;
  readonly #kernel: HeadKernel;
  /** The kernel's: a page that is being filled. */
  readonly #sealer: number;
  /** The same page, as far as it has been looked at. */
  #page: ChunkPage | null = null;
  readonly #shared = new Map<number, { readonly page: ChunkPage; readonly times: SharedTimes }>();

  /** Those of memory, or those that are saved: an engine has one of each at a time. */
  constructor(kernel: HeadKernel, kind: 'live' | 'saved', firstPage = 0) {
    this.pages = new ChunkPages(firstPage);
    this.#kernel = kernel;
    this.#sealer = kind === 'live' ? kernel.exports.LIVE.value : kernel.exports.SAVED.value;
    kernel.exports.endPage(this.#sealer);
  }

  /** Seals the first `count` samples in the kernel's columns, and returns the address of their chunk. */
  seal(before: number, count: number): number {
    return this.#sealed(() => this.#kernel.exports.sealColumns(this.#sealer, before, count));
  }

  /** Seals what is open in a row, which stays as it is. Of what is saved. */
  sealCopy(row: number, before: number): number {
    return this.#sealed(() => this.#kernel.exports.sealCopy(row, before));
  }

  /** The kernel has no room for a chunk: it is to go on with the next page. */
  nextPage(): void {
    this.look();
    this.#page = this.pages.add();
    this.#kernel.exports.beginPage(this.#sealer, this.#page.number);
  }

  /** Brings what the kernel has sealed to its page. Call it when it may have. */
  look(): void {
    const page = this.#page;
    const { words } = this.#kernel;
    const at = this.#sealer >>> 2;
    const used = words[at];
    if (page === null || used === page.used) return;
    page.words.set(words.subarray(at + SEALER_WORDS + page.used, at + SEALER_WORDS + used), page.used);
    page.used = used;
    page.chunks += words[at + SEALER_CHUNKS];
    words[at + SEALER_CHUNKS] = 0;
    page.revision++;
  }

  #sealed(seal: () => number): number {
    for (;;) {
      const address = seal() >>> 0;
      if (address !== 0) {
        this.look();
        return address;
      }
      this.nextPage();
    }
  }

  get bytes(): number {
    return this.pages.bytes;
  }

  release(address: number): void {
    const page = this.pages.pageOf(address);
    if (!this.pages.release(address) || page !== this.#page) return;
    this.#page = null;
    this.#kernel.exports.endPage(this.#sealer);
  }

  before(address: number): number {
    return this.pages.pageOf(address).words[wordOf(address)];
  }

  setBefore(address: number, before: number): void {
    const page = this.pages.pageOf(address);
    page.words[wordOf(address)] = before;
    page.revision++;
  }

  minMs(address: number): number {
    const page = this.pages.pageOf(address);
    return firstOf(page.words, timesOf(page.words, wordOf(address)));
  }

  maxMs(address: number): number {
    const { words } = this.pages.pageOf(address);
    const times = timesOf(words, wordOf(address));
    return firstOf(words, times) + words[times + 2];
  }

  count(address: number): number {
    const { words } = this.pages.pageOf(address);
    return words[timesOf(words, wordOf(address)) + 3] & 0xffff;
  }

  chunk(address: number): Chunk {
    const page = this.pages.pageOf(address);
    const word = wordOf(address);
    const times = this.#sharedTimes(page, timesOf(page.words, word));
    const from = 4 * (word + CHUNK_WORDS);
    const { minMs, maxMs, count } = times;
    return {
      form: 'shared times',
      bytes: page.bytes,
      from,
      to: from + (page.words[word + 1] >>> 16),
      minMs,
      maxMs,
      count,
      times,
      root: null,
    };
  }

  /** The chunk's `count` values, to the kernel's run, from position `at` on. */
  decodeValues(address: number, count: number, at: number): void {
    const { words } = this.pages.pageOf(address);
    const word = wordOf(address);
    codecKernel().decodeWordsToRun(words, word + CHUNK_WORDS, words[word + 1] >>> 16, count, at);
  }

  /** The same for chunks that share their times. `likely` are those of a neighbour's chunk, which mostly are these. */
  times(address: number, likely?: SharedTimes): SharedTimes {
    const page = this.pages.pageOf(address);
    const word = timesOf(page.words, wordOf(address));
    if (likely !== undefined && likely.bytes === page.bytes && likely.from === 4 * (word + TIMES_WORDS)) return likely;
    return this.#sharedTimes(page, word);
  }

  #sharedTimes(page: ChunkPage, word: number): SharedTimes {
    const address = addressOf(page, word);
    const known = this.#shared.get(address);
    if (known?.page === page) return known.times;
    const { words, bytes } = page;
    const minMs = firstOf(words, word);
    const from = 4 * (word + TIMES_WORDS);
    const times: SharedTimes = {
      bytes,
      from,
      to: from + (words[word + 3] >>> 16),
      minMs,
      maxMs: minMs + words[word + 2],
      count: words[word + 3] & 0xffff,
      decoded: null,
    };
    if (this.#shared.size >= SHARED_TIMES_KEPT) this.#shared.clear();
    this.#shared.set(address, { page, times });
    return times;
  }
}

const CHUNK_WORDS = 2;
const TIMES_WORDS = 4;
/** Of the kernel's sealer: what is before the page, and where the number of new chunks is. */
const SEALER_WORDS = 4;
const SEALER_CHUNKS = 2;

/** Decoded times that are kept for the next series: 4 MB at most. */
const SHARED_TIMES_KEPT = 4096;

function timesOf(words: Uint32Array, chunk: number): number {
  return words[chunk + 1] & (PAGE_WORDS - 1);
}

function firstOf(words: Uint32Array, times: number): number {
  halves[0] = words[times];
  halves[1] = words[times + 1];
  return doubles[0];
}

const doubles = new Float64Array(1);
const halves = new Uint32Array(doubles.buffer);
