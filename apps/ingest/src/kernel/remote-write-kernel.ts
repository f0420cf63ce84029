import { assert } from '@tidemark/base';
import { SAMPLES_PER_SERIES_MAX } from '../limits.ts';
import { type KernelConstant, loadKernel } from './load.ts';

/** 512 MiB, of which what is used is taken: a body and its message, columns, and two million series of some label texts. */
const PAGES = 8192;

/** Below it a kernel is as good as full: what a large request's new series may take. */
const ARENA_SPARE_BYTES = 64 * 1024 * 1024;

interface RemoteWriteExports {
  readonly BODY: KernelConstant;
  readonly BODY_BYTES_MAX: KernelConstant;
  readonly MESSAGE: KernelConstant;
  readonly NEW: KernelConstant;
  readonly NUMBERS: KernelConstant;
  readonly TIMES: KernelConstant;
  readonly VALUES: KernelConstant;
  readonly SAMPLES_MAX: KernelConstant;
  readonly exemplars: KernelConstant;
  readonly histograms: KernelConstant;
  begin(): void;
  setSeed(low: number, high: number): void;
  left(): number;
  decompress(bodyLength: number): number;
  readRequest1(length: number, samplesPerSeriesMax: number): number;
  sampleCount(): number;
  addedCount(): number;
  refuse(record: number): void;
}

/** A series that the kernel has seen for the first time, and has given the next number. */
export interface NewSeries {
  /** Its labels as sent are at `[from, to)` of `message`. */
  readonly from: number;
  readonly to: number;
  /** For `refuse`. */
  readonly record: number;
}

/**
 * Remote write as a kernel: a body as sent becomes columns, series by number. It takes what senders send; what is broken,
 * unusual or very large it leaves to the plain decoder, and says nothing about it.
 */
export class RemoteWriteKernel {
  /** The decompressed request. Valid, as all columns are, until the next one. */
  readonly message: Buffer;
  readonly #exports: RemoteWriteExports;
  readonly #body: Uint8Array;
  readonly #new: Uint32Array;
  readonly #numbers: Uint32Array;
  readonly #timesMs: Float64Array;
  readonly #values: Float64Array;

  /** 64 random bits, so that nobody can send labels that are slow to look up. */
  constructor(seed: readonly [low: number, high: number]) {
    const { exports, memory } = loadKernel<RemoteWriteExports>('remote-write', PAGES);
    const samplesMax = exports.SAMPLES_MAX.value;
    this.#exports = exports;
    this.#body = new Uint8Array(memory, exports.BODY.value, exports.BODY_BYTES_MAX.value);
    this.message = Buffer.from(memory, exports.MESSAGE.value, exports.NUMBERS.value - exports.MESSAGE.value);
    this.#new = new Uint32Array(memory, exports.NEW.value);
    this.#numbers = new Uint32Array(memory, exports.NUMBERS.value, samplesMax);
    this.#timesMs = new Float64Array(memory, exports.TIMES.value, samplesMax);
    this.#values = new Float64Array(memory, exports.VALUES.value, samplesMax);
    exports.setSeed(...seed);
  }

  get isFull(): boolean {
    return this.#exports.left() >>> 0 < ARENA_SPARE_BYTES;
  }

  /** False when the request is not for the kernel. `added` must be looked at all the same: the kernel will not tell again. */
  read(body: Uint8Array): boolean {
    assert(!this.isFull, 'a full kernel is put away');
    this.#exports.begin();
    if (body.length > this.#body.length) return false;
    this.#body.set(body);
    const length = this.#exports.decompress(body.length);
    return length >= 0 && this.#exports.readRequest1(length, SAMPLES_PER_SERIES_MAX) !== 0;
  }

  /** Copies of the last request's columns. */
  columns(): { numbers: Uint32Array; timesMs: Float64Array; values: Float64Array } {
    const count = this.#exports.sampleCount();
    return { numbers: this.#numbers.slice(0, count), timesMs: this.#timesMs.slice(0, count), values: this.#values.slice(0, count) };
  }

  get histograms(): number {
    return this.#exports.histograms.value;
  }

  get exemplars(): number {
    return this.#exports.exemplars.value;
  }

  /** Series of the last request that were new, in the order of their numbers. */
  added(): NewSeries[] {
    return Array.from({ length: this.#exports.addedCount() }, (_, i) => ({
      from: this.#new[3 * i],
      to: this.#new[3 * i + 1],
      record: this.#new[3 * i + 2],
    }));
  }

  /** Its labels are not valid: the kernel leaves requests that have it to the plain decoder, which names it in its answer. */
  refuse({ record }: NewSeries): void {
    this.#exports.refuse(record);
  }
}
