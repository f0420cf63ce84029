import type { Chunk, SharedTimes } from '../codec/chunk.ts';
import { codecKernel } from '../kernel/codec-kernel.ts';
import { CHUNK_SAMPLES_MAX } from '../limits.ts';
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
  /** Times of the page that is being filled, those used last first. */
  #recent: RecentTimes[] = [];
  #recentPage: ChunkPage | null = null;
  readonly #shared = new Map<number, { readonly page: ChunkPage; readonly times: SharedTimes }>();

  constructor(firstPage = 0) {
    this.pages = new ChunkPages(firstPage);
  }

  /** Seals the first `count` samples in the kernel's columns, and returns the address of their chunk. */
  seal(before: number, count: number): number {
    const values = codecKernel().encodeValues(count);
    const page = this.pages.withRoom(CHUNK_WORDS + wordsFor(values.length) + TIMES_WORDS_MAX);
    const chunk = page.used;
    page.used += CHUNK_WORDS + wordsFor(values.length);
    page.bytes.set(values, 4 * (chunk + CHUNK_WORDS));
    page.words[chunk] = before;
    page.words[chunk + 1] = this.#timesWord(page, count) | (values.length << 16);
    page.chunks++;
    page.revision++;
    return addressOf(page, chunk);
  }

  get bytes(): number {
    return this.pages.bytes;
  }

  release(address: number): void {
    this.pages.release(address);
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

  #timesWord(page: ChunkPage, count: number): number {
    if (this.#recentPage !== page) {
      this.#recentPage = page;
      this.#recent = [];
    }
    const { times } = codecKernel();
    const at = this.#recent.findIndex((known) => areFirst(known.times, times, count));
    if (at === 0) return this.#recent[0].word;
    const found = at > 0 ? this.#recent[at] : { word: writeTimes(page, count), times: times.slice(0, count) };
    this.#recent = [found, ...this.#recent.filter((other) => other !== found)].slice(0, RECENT_TIMES);
    return found.word;
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

interface RecentTimes {
  readonly word: number;
  readonly times: Float64Array;
}

const CHUNK_WORDS = 2;
const TIMES_WORDS = 4;
/** Residuals of times take less than the times. */
const TIMES_WORDS_MAX = TIMES_WORDS + wordsFor(64 + 10 * CHUNK_SAMPLES_MAX);

/** Series of some targets alternate. */
const RECENT_TIMES = 8;

/** Decoded times that are kept for the next series: 4 MB at most. */
const SHARED_TIMES_KEPT = 4096;

/** The kernel's times, to the page. */
function writeTimes(page: ChunkPage, count: number): number {
  const { times } = codecKernel();
  const firstMs = times[0];
  const encoded = codecKernel().encodeTimes(count) as Uint8Array;
  const at = page.used;
  page.used += TIMES_WORDS + wordsFor(encoded.length);
  doubles[0] = firstMs;
  page.words[at] = halves[0];
  page.words[at + 1] = halves[1];
  page.words[at + 2] = times[count - 1] - firstMs;
  page.words[at + 3] = count | (encoded.length << 16);
  page.bytes.set(encoded, 4 * (at + TIMES_WORDS));
  return at;
}

function timesOf(words: Uint32Array, chunk: number): number {
  return words[chunk + 1] & (PAGE_WORDS - 1);
}

function firstOf(words: Uint32Array, times: number): number {
  halves[0] = words[times];
  halves[1] = words[times + 1];
  return doubles[0];
}

function areFirst(known: Float64Array, times: Float64Array, count: number): boolean {
  if (known.length !== count || known[count - 1] !== times[count - 1]) return false;
  for (let i = 0; i < count; i++) if (known[i] !== times[i]) return false;
  return true;
}

function wordsFor(bytes: number): number {
  return (bytes + 3) >>> 2;
}

const doubles = new Float64Array(1);
const halves = new Uint32Array(doubles.buffer);
