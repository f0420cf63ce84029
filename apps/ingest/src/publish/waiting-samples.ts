/**
 * Samples of one tenant that wait for a partition's next record, beside each other: copied here when they arrive, so that whoever
 * brought them may use the memory again, into memory that is used again itself.
 */
import type { Millis } from '@tidemark/base';
import type { RecordSamples } from '@tidemark/log';
import { type Exemplar, isMark, type MetricMetadata, markedNumber, markHigh, markLow, type NamedSeries } from '@tidemark/tsdb/model';
import { KEPT_SAMPLES_MAX } from '../limits.ts';
import type { IncomingBatch } from './publisher.ts';

export class WaitingSamples {
  #tenant = '';
  #acceptedAtMs: Millis = 0;
  #metadata: MetricMetadata[] = [];
  #exemplars: Exemplar[] = [];
  #histograms: Uint8Array[] = [];
  /** Whose numbers they are, up to where. */
  #parts: { readonly table: NamedSeries; to: number }[] = [];
  #length = 0;
  #numbers = new Uint32Array(FIRST_SAMPLES);
  #timesMs = new Float64Array(FIRST_SAMPLES);
  /** Values as words, so that NaN payloads stay. */
  #words = new Uint32Array(2 * FIRST_SAMPLES);
  /** The same memory. Between two Float64Arrays a copy is of bytes. */
  #values = new Float64Array(this.#words.buffer);

  /** Forgets what was here. */
  begin(tenant: string, acceptedAtMs: Millis): void {
    this.#tenant = tenant;
    this.#acceptedAtMs = acceptedAtMs;
    this.#metadata = [];
    this.#exemplars = [];
    this.#histograms = [];
    this.#length = 0;
    if (this.#numbers.length > KEPT_SAMPLES_MAX) this.#resize(FIRST_SAMPLES);
  }

  /** Nothing of this is asked for any more: tables that have been begun anew are not held. */
  end(): void {
    this.#parts = [];
  }

  get length(): number {
    return this.#length;
  }

  addAll(batch: IncomingBatch): void {
    const { table, numbers, timesMs, values } = batch;
    const at = this.#begin(table, numbers.length);
    this.#numbers.set(numbers, at);
    this.#timesMs.set(timesMs, at);
    this.#values.set(values, at);
    this.#addBeside(batch, at);
  }

  /** The samples at these positions. */
  addSome(batch: IncomingBatch, positions: Uint32Array): void {
    const { table, numbers, timesMs, values } = batch;
    const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
    const from = this.#begin(table, positions.length);
    const own = { numbers: this.#numbers, timesMs: this.#timesMs, words: this.#words };
    for (let k = 0; k < positions.length; k++) {
      const i = positions[k];
      const at = from + k;
      own.numbers[at] = numbers[i];
      own.timesMs[at] = timesMs[i];
      own.words[2 * at] = words[2 * i];
      own.words[2 * at + 1] = words[2 * i + 1];
    }
    this.#addBeside(batch, from);
  }

  /** Views: valid until something is added. */
  samples(): Required<RecordSamples> {
    let from = 0;
    const columns = this.#parts.map(({ table, to }) => {
      const part = {
        table,
        numbers: this.#numbers.subarray(from, to),
        timesMs: this.#timesMs.subarray(from, to),
        values: this.#values.subarray(from, to),
      };
      from = to;
      return part;
    });
    return {
      tenant: this.#tenant,
      acceptedAtMs: this.#acceptedAtMs,
      columns,
      metadata: this.#metadata,
      exemplars: this.#exemplars,
      histograms: this.#histograms,
    };
  }

  /** What the batch has beside the samples that were added from position `at` on. */
  #addBeside({ metadata, exemplars, histograms }: IncomingBatch, at: number): void {
    for (const entry of metadata) this.#metadata.push(entry);
    if (exemplars !== undefined) for (const exemplar of exemplars) this.#exemplars.push(exemplar);
    if (histograms !== undefined) this.#addHistograms(histograms, at);
  }

  #addHistograms(histograms: readonly Uint8Array[], from: number): void {
    const words = this.#words;
    for (let at = from; at < this.#length; at++) {
      if (!isMark(words[2 * at + 1])) continue;
      const number = this.#histograms.push(histograms[markedNumber(words[2 * at + 1], words[2 * at])]) - 1;
      words[2 * at] = markLow(number);
      words[2 * at + 1] = markHigh(number);
    }
  }

  /** Makes room for more samples of a table; where they begin. */
  #begin(table: NamedSeries, size: number): number {
    const at = this.#length;
    this.#length += size;
    if (this.#length > this.#numbers.length) this.#resize(2 * this.#length);
    const last = this.#parts.at(-1);
    if (last?.table === table) last.to = this.#length;
    else this.#parts.push({ table, to: this.#length });
    return at;
  }

  #resize(capacity: number): void {
    const { numbers, timesMs, words } = { numbers: this.#numbers, timesMs: this.#timesMs, words: this.#words };
    this.#numbers = new Uint32Array(capacity);
    this.#timesMs = new Float64Array(capacity);
    this.#words = new Uint32Array(2 * capacity);
    this.#values = new Float64Array(this.#words.buffer);
    if (capacity < numbers.length) return;
    this.#numbers.set(numbers);
    this.#timesMs.set(timesMs);
    this.#words.set(words);
  }
}

/** A usual request's. */
const FIRST_SAMPLES = 2048;
