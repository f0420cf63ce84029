import { assert } from '@tidemark/base';
import { type GrowingMemory, growingMemory, type KernelConstant, loadGrowingKernel } from '@tidemark/base/kernel';
import { APPENDED_AT_ONCE_MAX, CHUNK_SAMPLES_MAX, SLOW_CHUNK_MS, SLOW_CHUNK_SAMPLES, WINDOW_MS } from '../limits.ts';

interface HeadExports {
  readonly TIMES: KernelConstant;
  readonly VALUES: KernelConstant;
  readonly INPUT_MAX: KernelConstant;
  readonly INPUT_ROWS: KernelConstant;
  readonly INPUT_VALUES: KernelConstant;
  readonly CHUNK_SAMPLES_MAX: KernelConstant;
  readonly WINDOW_MS: KernelConstant;
  readonly BLOCK_SAMPLES: KernelConstant;
  readonly VALUE_ROW: KernelConstant;
  readonly TIME_ROW: KernelConstant;
  readonly BLOCK_TIMES: KernelConstant;
  readonly BLOCK_BEFORE: KernelConstant;
  readonly LIVE: KernelConstant;
  readonly SAVED: KernelConstant;
  readonly PAGE_WORDS: KernelConstant;
  readonly END: KernelConstant;
  setChunkEnds(samples: number, samplesWhenSlow: number, slowFromMs: number): void;
  append(from: number, to: number, window: number, offsetMs: number, restoredToMs: number): number;
  insert(row: number, offsetMs: number, low: number, high: number): number;
  seal(row: number): number;
  sealCopy(row: number, before: number): number;
  sealColumns(sealer: number, before: number, count: number): number;
  beginPage(sealer: number, number: number): void;
  endPage(sealer: number): void;
  addBlocks(page: number): void;
  blocksTaken(): number;
}

/** What the kernel begins with; as the build says. */
const FIRST_PAGES = 64;
const PAGE_BYTES = 2 ** 16;
/** A time and a value. */
const OPEN_SAMPLE_BYTES = 12;
/** The memory grows by 1 MiB. */
const PAGES_ADDED = 16;

/**
 * The open samples of one engine's series, in a memory of their own, and how they become chunks (kernel/head). A series is a row in it, by
 * its address; `row + FIELD` are these of kernel/head/rows.ts. What it says of rows and blocks holds until the next call that changes any.
 */
export class HeadKernel {
  readonly exports: HeadExports;
  /** How blocks lie: kernel/head/blocks.ts. */
  readonly blockSamples: number;
  readonly valueRowBytes: number;
  readonly timeRowBytes: number;
  readonly blockTimesAt: number;
  readonly blockBeforeAt: number;
  readonly #memory: GrowingMemory;
  #nextPage: number;
  #pagesEnd: number;
  /** All of the memory, in words and doubles. Made anew as it grows. */
  words: Uint32Array;
  doubles: Float64Array;
  /** What is to be appended next. */
  readonly inputRows: Uint32Array;
  readonly inputValues: Float64Array;
  readonly inputWords: Uint32Array;
  /** Columns that are to be sealed. */
  readonly times: Float64Array;
  readonly valueWords: Uint32Array;

  constructor() {
    this.#memory = growingMemory(FIRST_PAGES);
    const exports = loadGrowingKernel<HeadExports>(new URL('../../dist/head.wasm', import.meta.url), this.#memory);
    assert(exports.INPUT_MAX.value === APPENDED_AT_ONCE_MAX, 'the kernel and its face agree on what is appended at once');
    assert(CHUNK_SAMPLES_MAX <= exports.CHUNK_SAMPLES_MAX.value, 'and it has room for a chunk');
    assert(CHUNK_SAMPLES_MAX % exports.BLOCK_SAMPLES.value === 0, 'chunks end where blocks do');
    exports.setChunkEnds(CHUNK_SAMPLES_MAX, SLOW_CHUNK_SAMPLES, SLOW_CHUNK_MS);
    assert(exports.WINDOW_MS.value === WINDOW_MS, 'and on windows');
    this.exports = exports;
    this.blockSamples = exports.BLOCK_SAMPLES.value;
    this.valueRowBytes = exports.VALUE_ROW.value;
    this.timeRowBytes = exports.TIME_ROW.value;
    this.blockTimesAt = exports.BLOCK_TIMES.value;
    this.blockBeforeAt = exports.BLOCK_BEFORE.value;
    this.#nextPage = Math.ceil(exports.END.value / PAGE_BYTES);
    this.#pagesEnd = FIRST_PAGES;
    const { buffer } = this.#memory;
    this.words = new Uint32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.inputRows = new Uint32Array(buffer, exports.INPUT_ROWS.value, APPENDED_AT_ONCE_MAX);
    this.inputValues = new Float64Array(buffer, exports.INPUT_VALUES.value, APPENDED_AT_ONCE_MAX);
    this.inputWords = new Uint32Array(buffer, exports.INPUT_VALUES.value, 2 * APPENDED_AT_ONCE_MAX);
    this.times = new Float64Array(buffer, exports.TIMES.value, CHUNK_SAMPLES_MAX);
    this.valueWords = new Uint32Array(buffer, exports.VALUES.value, 2 * CHUNK_SAMPLES_MAX);
  }

  /** The address of 64 KiB of zeros, which are never given back. */
  takePage(): number {
    if (this.#nextPage === this.#pagesEnd) {
      this.#memory.grow(PAGES_ADDED);
      this.#pagesEnd += PAGES_ADDED;
      this.words = new Uint32Array(this.#memory.buffer);
      this.doubles = new Float64Array(this.#memory.buffer);
    }
    return PAGE_BYTES * this.#nextPage++;
  }

  /** What open samples take, whole blocks. */
  get openBytes(): number {
    return OPEN_SAMPLE_BYTES * this.blockSamples * this.exports.blocksTaken();
  }

  addBlocks(): void {
    this.exports.addBlocks(this.takePage());
  }
}
