import { assert } from '@tidemark/base';
import { type KernelConstant, kernelMemory, loadKernel } from '@tidemark/base/kernel';
import { CODEC_SAMPLES_MAX, DECODED_VALUES_MAX } from '../limits.ts';
import { CODEC_PAGES, DECODED_AT, RUN_AT, sharedMemory } from './shared-memory.ts';

interface CodecExports {
  readonly BYTES: KernelConstant;
  readonly TIMES: KernelConstant;
  readonly VALUES: KernelConstant;
  readonly SAMPLES_MAX: KernelConstant;
  readonly ROOTS_MAX: KernelConstant;
  encodeTimes(count: number, mayTokens: boolean): number;
  encodeValues(count: number, mayTokens: boolean): number;
  estimateBeside(count: number, limit: number): number;
  readonly PRINTS: KernelConstant;
  readonly PRINTS_COUNT: KernelConstant;
  fillPrints(count: number): void;
  encodeValuesBeside(count: number): number;
  restsBeside(count: number): number;
  decodeRoot(bytes: number, count: number, number: number): number;
  useRoot(number: number): void;
  decodeTimes(bytes: number, count: number, firstMs: number, lastMs: number, at: number): number;
  decodeValues(bytes: number, count: number, at: number): number;
}

/** Values that others are told against, and what they are told against themselves. */
export interface RootValues {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly root: RootValues | null;
}

/** Encoded bytes of one column are fewer than twice its own. */
const BYTES_MAX = 2 * 8 * CODEC_SAMPLES_MAX;

/**
 * The block codec as a kernel: byte for byte what src/codec/adaptive does. Put columns into `times` and `values`
 * and encode, or decode and read them there; what is there and what is returned is valid until the next call.
 */
export class CodecKernel {
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** The same memory as `values`: low word first. */
  readonly words: Uint32Array;
  /**
   * Room for the values of many chunks, which nothing else writes to: of the series that is read now, and from `DECODED_AT` on of those that
   * are kept. None in a memory of its own.
   */
  readonly run: Float64Array;
  /** The same memory. */
  readonly runWords: Uint32Array;
  /** Its position, counted from that of `values`. */
  readonly #runAt: number;
  readonly #exports: CodecExports;
  readonly #bytes: Uint8Array;
  /** The same memory as `#bytes`. */
  readonly #encoded: Uint32Array;
  readonly #prints: Uint32Array;
  /** Roots are counted as they come; each place in the kernel has the number of the one that it holds, or 0. */
  readonly #roots: number[];
  readonly #rootNumbers = new WeakMap<object, number>();
  #rootsUsed = 0;

  constructor(within = kernelMemory(CODEC_PAGES), runAt: number | null = null) {
    const { exports, memory } = loadKernel<CodecExports>(new URL('../../dist/codec.wasm', import.meta.url), within);
    assert(exports.SAMPLES_MAX.value === CODEC_SAMPLES_MAX, 'the kernel and its face agree on the samples of a chunk');
    this.#exports = exports;
    this.#roots = new Array(exports.ROOTS_MAX.value).fill(0);
    this.times = new Float64Array(memory, exports.TIMES.value, CODEC_SAMPLES_MAX);
    this.values = new Float64Array(memory, exports.VALUES.value, CODEC_SAMPLES_MAX);
    this.words = new Uint32Array(memory, exports.VALUES.value, 2 * CODEC_SAMPLES_MAX);
    this.run = runAt === null ? new Float64Array(0) : new Float64Array(memory, runAt, DECODED_AT + DECODED_VALUES_MAX);
    this.runWords = new Uint32Array(this.run.buffer, this.run.byteOffset, 2 * this.run.length);
    this.#runAt = runAt === null ? 0 : (runAt - exports.VALUES.value) / 8;
    this.#bytes = new Uint8Array(memory, exports.BYTES.value, BYTES_MAX);
    this.#encoded = new Uint32Array(memory, exports.BYTES.value, BYTES_MAX / 4);
    this.#prints = new Uint32Array(memory, exports.PRINTS.value, exports.PRINTS_COUNT.value);
  }

  /** Null when the times do not rise, are no safe integers, or are too far apart. */
  encodeTimes(count: number, mayTokens = false): Uint8Array | null {
    const bytes = this.#exports.encodeTimes(count, mayTokens);
    return bytes < 0 ? null : this.#bytes.subarray(0, bytes);
  }

  /** With tokens it is shorter, and takes longer, also to read. */
  encodeValues(count: number, mayTokens = false): Uint8Array {
    return this.#bytes.subarray(0, this.#exports.encodeValues(count, mayTokens));
  }

  /**
   * Uses the values of a root: what is told against it is decoded or encoded next. The object is known again as long as it lives, so that its
   * bytes need not be read each time. Leaves `values` alone. Throws `RangeError` on damage, and when
   * the chunk is none of decimals.
   */
  useRoot(root: RootValues, count: number): void {
    const places = this.#roots.length;
    const known = this.#rootNumbers.get(root);
    if (known !== undefined && this.#roots[known % places] === known) {
      this.#exports.useRoot(known % places);
      return;
    }
    let base = 0;
    if (isBeside(root)) {
      if (root.root === null) throw new RangeError('a root without its own');
      this.useRoot(root.root, count);
      base = this.#rootNumbers.get(root.root) ?? 0;
    }
    // Not in the place of what it is told against.
    if (base > 0 && (this.#rootsUsed + 1 - base) % places === 0) this.#rootsUsed++;
    const number = ++this.#rootsUsed;
    const at = number % places;
    this.#put(root.bytes, root.from, root.to);
    this.#roots[at] = 0;
    if (this.#exports.decodeRoot(root.to - root.from, count, at) === 0) throw new RangeError('a damaged root');
    this.#roots[at] = number;
    this.#rootNumbers.set(root, number);
  }

  /** Hashes of stretches of `values`, which were encoded last, as decimals: of those that move together many are the same. */
  prints(count: number): number[] {
    this.#exports.fillPrints(count);
    return Array.from(this.#prints).filter((print) => print !== 0);
  }

  /** About how many bytes `values`, which were encoded last, as decimals, would take beside the root; `limit` when it is more. */
  estimateBeside(count: number, limit: number): number {
    return this.#exports.estimateBeside(count, limit);
  }

  /** How often the root rests, and `values` with it; -1 when these move meanwhile. */
  restsBeside(count: number): number {
    return this.#exports.restsBeside(count) | 0;
  }

  /** Decimals told against the root, or near decimals that rest where it does; null when they are all one, neither, or have too many symbols. */
  encodeValuesBeside(count: number): Uint8Array | null {
    const bytes = this.#exports.encodeValuesBeside(count);
    return bytes === 0 ? null : this.#bytes.subarray(0, bytes);
  }

  /** To `times` from position `at` on. Throws `RangeError` on damage. */
  decodeTimes(bytes: Uint8Array, from: number, to: number, count: number, firstMs: number, lastMs: number, at = 0): void {
    this.#put(bytes, from, to);
    if (this.#exports.decodeTimes(to - from, count, firstMs, lastMs, at) === 0) throw new RangeError('damaged times');
  }

  /** To `values` from position `at` on. Throws `RangeError` on damage. */
  decodeValues(bytes: Uint8Array, from: number, to: number, count: number, at = 0): void {
    this.#put(bytes, from, to);
    if (this.#exports.decodeValues(to - from, count, at) === 0) throw new RangeError('damaged values');
  }

  /** The same to `run`. */
  decodeToRun(bytes: Uint8Array, from: number, to: number, count: number, at: number): void {
    assert(at + count <= this.run.length, 'the run has room');
    this.decodeValues(bytes, from, to, count, this.#runAt + at);
  }

  /** As `decodeToRun`, of bytes that begin at a word: for short ones a loop over words costs a fraction of a view. */
  decodeWordsToRun(words: Uint32Array, word: number, bytes: number, count: number, at: number): void {
    if (bytes > BYTES_MAX) throw new RangeError('more bytes than a column can have');
    assert(at + count <= this.run.length, 'the run has room');
    const encoded = this.#encoded;
    const length = (bytes + 3) >>> 2;
    if (length <= SHORT_WORDS) for (let i = 0; i < length; i++) encoded[i] = words[word + i];
    else encoded.set(words.subarray(word, word + length));
    if (this.#exports.decodeValues(bytes, count, this.#runAt + at) === 0) throw new RangeError('damaged values');
  }

  #put(bytes: Uint8Array, from: number, to: number): void {
    if (to < from || to - from > BYTES_MAX) throw new RangeError('more bytes than a column can have');
    // Fast path: a view costs more than a short loop.
    if (to - from <= SHORT_BYTES) for (let i = from; i < to; i++) this.#bytes[i - from] = bytes[i];
    else this.#bytes.set(bytes.subarray(from, to));
  }
}

/** Values of decimals, told against a root or not: those that may be one. */
export function isDecimals(values: Uint8Array): boolean {
  return (values[0] & WITH_EXPONENT) === DECIMALS;
}

export function isNearDecimals(values: Uint8Array): boolean {
  const kind = values[0] & KINDS;
  return (kind & (WITH_EXPONENT | BESIDE)) === NEAR_DECIMALS || (kind > SUMS && kind <= SUMS_END);
}

/** Values that are told against a root. */
export function isBeside({ bytes, from, to }: Pick<RootValues, 'bytes' | 'from' | 'to'>): boolean {
  return from < to && (bytes[from] & BESIDE) !== 0;
}

/** Of what is written; blocks of older versions have others. */
const SUMS = 8;
const SUMS_END = 11;
const NEAR_DECIMALS = 0x20;
const DECIMALS = 0x30;
const WITH_EXPONENT = 0x30;
const BESIDE = 0x40;
const KINDS = 0x7f;

const SHORT_BYTES = 48;
const SHORT_WORDS = 128;

let shared: CodecKernel | null = null;

/** This thread's instance, made when it is first needed. */
export function codecKernel(): CodecKernel {
  shared ??= new CodecKernel(sharedMemory(), RUN_AT);
  return shared;
}
