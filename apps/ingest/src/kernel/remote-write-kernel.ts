import { assert } from '@tidemark/base';
import { type KernelConstant, loadKernel } from '@tidemark/base/kernel';
import { utf8 } from '@tidemark/base/wire';
import { METADATA_NUMBERS_MAX, SAMPLES_PER_REQUEST_MAX, SAMPLES_PER_SERIES_MAX } from '../limits.ts';

/** 512 MiB, of which what is used is taken: a body and its message, columns, and `SERIES_TABLE_MAX` series of a dozen labels. */
const PAGES = 8192;

/** Below it a kernel is as good as full: what a large request's new series may take. */
const ARENA_SPARE_BYTES = 64 * 1024 * 1024;

interface RemoteWriteExports {
  readonly BODY: KernelConstant;
  readonly BODY_BYTES_MAX: KernelConstant;
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
  seenCount(): number;
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

interface Columns {
  readonly numbers: Uint32Array;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

const NO_COLUMNS: Columns = { numbers: new Uint32Array(0), timesMs: new Float64Array(0), values: new Float64Array(0) };

const NOTHING_SAID: readonly SaidOfSeries[] = [];

/** A record's words: see apps/ingest/kernel/series.ts and metadata.ts. */
const SERIES_NUMBER_WORD = 1;
const TEXT_COUNT_WORD = 2;
const TEXTS_WORD = 3;
const TEXT_COUNT_MASK = 0xffff;
/** An entry of what was said: see apps/ingest/kernel/metadata.ts. */
const SAID_WORDS = 5;
/** A text's: its length, the host's number for it, and where its bytes begin; see apps/ingest/kernel/texts.ts. */
const TEXT_LENGTH_WORD = 1;
const TEXT_HOST_WORD = 2;
const TEXT_BYTES = 12;

/**
 * Remote write as a kernel: a body as sent becomes columns, series by number. It takes what senders send; what is broken,
 * unusual or very large it leaves to the plain decoder, and says nothing about it.
 */
export class RemoteWriteKernel {
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
  #columns: Columns = NO_COLUMNS;

  /** 64 random bits, so that nobody can send labels that are slow to look up. */
  constructor(version: RemoteWriteVersion, seed: readonly [low: number, high: number]) {
    const { exports, memory } = loadKernel<RemoteWriteExports>(new URL('../../dist/remote-write.wasm', import.meta.url), PAGES);
    const samplesMax = exports.SAMPLES_MAX.value;
    assert(samplesMax === SAMPLES_PER_REQUEST_MAX, 'the kernel and its face agree on the samples of a request');
    assert(exports.METADATA_NUMBERS_MAX.value === METADATA_NUMBERS_MAX, 'the kernel and its face agree on the numbers of metadata');
    this.#exports = exports;
    this.#body = new Uint8Array(memory, exports.BODY.value, exports.BODY_BYTES_MAX.value);
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
    this.#exports.begin();
    if (body.length > this.#body.length) return false;
    this.#body.set(body);
    const length = this.#exports.decompress(body.length);
    return length >= 0 && this.#readRequest(length, SAMPLES_PER_SERIES_MAX) !== 0;
  }

  /** The last request's columns. */
  columns(): Columns {
    const count = this.#exports.sampleCount();
    // A sender's requests are mostly of one size.
    if (count !== this.#columns.numbers.length) {
      this.#columns = {
        numbers: this.#numbers.subarray(0, count),
        timesMs: this.#timesMs.subarray(0, count),
        values: this.#values.subarray(0, count),
      };
    }
    return this.#columns;
  }

  get histograms(): number {
    return this.#exports.histograms.value;
  }

  get exemplars(): number {
    return this.#exports.exemplars.value;
  }

  get addedCount(): number {
    return this.#exports.addedCount();
  }

  /** Series of the last request that the kernel had not seen before, in the order of their numbers: their records. */
  added(): Uint32Array {
    return this.#new.subarray(0, this.#exports.addedCount());
  }

  /** How many series have come since this was asked last. */
  seenSeries(): number {
    return this.#exports.seenCount();
  }

  /** How many texts a series has: one for each label in 1.0; in 2.0 names and values in turn. */
  textCount(record: number): number {
    return this.#words[(record >> 2) + TEXT_COUNT_WORD] & TEXT_COUNT_MASK;
  }

  /** Its address; 0 when the kernel had no room for it. */
  textAt(record: number, i: number): number {
    return this.#words[(record >> 2) + TEXTS_WORD + i];
  }

  /** What `setHostNumber` gave a text; else 0. */
  hostNumber(text: number): number {
    return this.#words[(text >> 2) + TEXT_HOST_WORD];
  }

  setHostNumber(text: number, number: number): void {
    this.#words[(text >> 2) + TEXT_HOST_WORD] = number;
  }

  /** Where a text's bytes are, as they were sent. */
  bytesOf(text: number): { readonly bytes: Buffer; readonly from: number; readonly to: number } {
    const from = text + TEXT_BYTES;
    return { bytes: this.#bytes, from, to: from + this.#words[(text >> 2) + TEXT_LENGTH_WORD] };
  }

  /** A text; null when it is no UTF-8. */
  text(address: number): string | null {
    const { bytes, from, to } = this.bytesOf(address);
    return utf8(bytes, from, to);
  }

  /**
   * What the last request said of its metrics (2.0), each once: a number that `nameMetadata` gave, or a series whose metadata has
   * none yet.
   */
  said(): readonly (number | SaidOfSeries)[] {
    const count = this.#exports.metadataCount();
    if (count === 0) return NOTHING_SAID;
    const at = this.#exports.METADATA.value >> 2;
    return Array.from({ length: count }, (_, i) => {
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
    return (record >> 2) + TEXTS_WORD + this.textCount(record);
  }

  /** Its labels are not valid: the kernel leaves requests that have it to the plain decoder, which names it in its answer. */
  refuse(record: number): void {
    this.#exports.refuse(record);
  }
}
