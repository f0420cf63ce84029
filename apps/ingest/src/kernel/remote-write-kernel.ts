import { assert } from '@tidemark/base';
import { type KernelConstant, loadKernel } from '@tidemark/base/kernel';
import { utf8 } from '../decode/protobuf.ts';
import { METADATA_NUMBERS_MAX, SAMPLES_PER_SERIES_MAX } from '../limits.ts';

/** 512 MiB, of which what is used is taken: a body and its message, columns, and `SERIES_TABLE_MAX` series of a dozen labels. */
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
  readonly METADATA: KernelConstant;
  readonly METADATA_NUMBERS_MAX: KernelConstant;
  readonly exemplars: KernelConstant;
  readonly histograms: KernelConstant;
  begin(): void;
  setSeed(low: number, high: number): void;
  left(): number;
  decompress(bodyLength: number): number;
  readRequest1(length: number, samplesPerSeriesMax: number): number;
  readRequest2(length: number, samplesPerSeriesMax: number): number;
  metadataCount(): number;
  sampleCount(): number;
  addedCount(): number;
  refuse(record: number): void;
}

/** A series that the kernel has seen for the first time, and has given the next number. */
export interface NewSeries {
  /** In 1.0 its labels as sent are at `[from, to)` of `message`; in 2.0 they are `texts`. */
  readonly from: number;
  readonly to: number;
  readonly record: number;
}

export type RemoteWriteVersion = '1.0' | '2.0';

export interface SaidOfSeries {
  readonly record: number;
  readonly series: number;
  readonly type: number;
  /** Texts, as addresses. */
  readonly help: number;
  readonly unit: number;
}

/** A record's words: see apps/ingest/kernel/series.ts and metadata.ts. */
const SERIES_NUMBER_WORD = 1;
const TEXT_COUNT_WORD = 2;
const TEXTS_WORD = 3;
const TEXT_COUNT_MASK = 0x7fffffff;
/** An entry of what was said: see apps/ingest/kernel/metadata.ts. */
const SAID_WORDS = 5;
/** A text's: its length, and where its bytes begin. */
const TEXT_LENGTH_WORD = 1;
const TEXT_BYTES = 8;

/**
 * Remote write as a kernel: a body as sent becomes columns, series by number. It takes what senders send; what is broken,
 * unusual or very large it leaves to the plain decoder, and says nothing about it.
 */
export class RemoteWriteKernel {
  /** The decompressed request. Valid, as all columns are, until the next one. */
  readonly message: Buffer;
  readonly #exports: RemoteWriteExports;
  readonly #body: Uint8Array;
  /** All of the memory. */
  readonly #words: Uint32Array;
  readonly #bytes: Buffer;
  readonly #new: Uint32Array;
  readonly #readRequest: (length: number, samplesPerSeriesMax: number) => number;
  readonly #numbers: Uint32Array;
  readonly #timesMs: Float64Array;
  readonly #values: Float64Array;

  /** 64 random bits, so that nobody can send labels that are slow to look up. */
  constructor(version: RemoteWriteVersion, seed: readonly [low: number, high: number]) {
    const { exports, memory } = loadKernel<RemoteWriteExports>(new URL('../../dist/remote-write.wasm', import.meta.url), PAGES);
    const samplesMax = exports.SAMPLES_MAX.value;
    assert(exports.METADATA_NUMBERS_MAX.value === METADATA_NUMBERS_MAX, 'the kernel and its face agree on the numbers of metadata');
    this.#exports = exports;
    this.#body = new Uint8Array(memory, exports.BODY.value, exports.BODY_BYTES_MAX.value);
    this.message = Buffer.from(memory, exports.MESSAGE.value, exports.NUMBERS.value - exports.MESSAGE.value);
    this.#words = new Uint32Array(memory);
    this.#bytes = Buffer.from(memory);
    this.#readRequest = version === '1.0' ? exports.readRequest1 : exports.readRequest2;
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
    return length >= 0 && this.#readRequest(length, SAMPLES_PER_SERIES_MAX) !== 0;
  }

  /** The last request's columns. */
  columns(): { numbers: Uint32Array; timesMs: Float64Array; values: Float64Array } {
    const count = this.#exports.sampleCount();
    return {
      numbers: this.#numbers.subarray(0, count),
      timesMs: this.#timesMs.subarray(0, count),
      values: this.#values.subarray(0, count),
    };
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

  /** The texts of a series of 2.0, as addresses: name, value, name, value … */
  texts({ record }: NewSeries): Uint32Array {
    const at = record >> 2;
    return this.#words.subarray(at + TEXTS_WORD, at + TEXTS_WORD + (this.#words[at + TEXT_COUNT_WORD] & TEXT_COUNT_MASK));
  }

  /** A text; null when it is no UTF-8. */
  text(address: number): string | null {
    return utf8(this.#bytes, address + TEXT_BYTES, address + TEXT_BYTES + this.#words[(address >> 2) + TEXT_LENGTH_WORD]);
  }

  /**
   * What the last request said of its metrics (2.0), each once: a number that `nameMetadata` gave, or a series whose metadata has
   * none yet.
   */
  said(): (number | SaidOfSeries)[] {
    const at = this.#exports.METADATA.value >> 2;
    return Array.from({ length: this.#exports.metadataCount() }, (_, i) => {
      const [record, number, type, help, unit] = this.#words.subarray(at + SAID_WORDS * i, at + SAID_WORDS * (i + 1));
      return record === 0 ? number : { record, series: this.#words[(record >> 2) + SERIES_NUMBER_WORD], type, help, unit };
    });
  }

  /** From now on `said` gives the number, as long as the same is said of the series. */
  nameMetadata({ record, type, help, unit }: SaidOfSeries, number: number): void {
    assert(number > 0 && number < METADATA_NUMBERS_MAX, `metadata ${number}`);
    const at = this.#metadataWord(record);
    const isLatest = this.#words[at] === type && this.#words[at + 1] === help && this.#words[at + 2] === unit;
    if (isLatest) this.#words[at + 3] = number;
  }

  #metadataWord(record: number): number {
    return (record >> 2) + TEXTS_WORD + (this.#words[(record >> 2) + TEXT_COUNT_WORD] & TEXT_COUNT_MASK);
  }

  /** Its labels are not valid: the kernel leaves requests that have it to the plain decoder, which names it in its answer. */
  refuse({ record }: NewSeries): void {
    this.#exports.refuse(record);
  }
}
