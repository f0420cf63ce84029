/**
 * Turns samples into records of one partition; docs/format/record.md draws the bytes.
 *
 * A series is announced once in an epoch (its labels, as references into the epoch's strings) and named by its
 * number afterwards. An epoch ends after five minutes, when its tables have grown too large, or when a record was
 * refused: its announcements never reached the log. Each tenant has tables of its own.
 */
import { assert, ByteWriter, type Clock, type Millis } from '@tidemark/base';
import type { NamedSeries } from '@tidemark/tsdb/model';
import { type Exemplar, METRIC_TYPES, type MetricMetadata } from '@tidemark/tsdb/model';
import { recordKernel } from '../kernel/record-kernel.ts';
import { EPOCH_ENTRIES_MAX, EPOCH_MS_MAX, EPOCH_TEXT_MAX, KERNEL_SAMPLES_MAX, RECORD_BYTES_TARGET } from '../limits.ts';
import { EpochTables } from './epoch-tables.ts';
import { NO_HISTOGRAMS, renumbered, samplesThatFit, writeHistograms } from './write-histograms.ts';

/** Columns beside each other, as in an ingest batch. Times are integers of magnitude up to `TIME_MS_MAX`. */
export interface RecordColumns {
  readonly table: NamedSeries;
  readonly numbers: Uint32Array;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

/** One tenant's samples. */
export interface RecordSamples {
  readonly tenant: string;
  /** When the first of them arrived; the time of the call when left out. */
  readonly acceptedAtMs?: Millis;
  readonly columns: readonly RecordColumns[];
  readonly metadata: readonly MetricMetadata[];
  /** None when left out. */
  readonly exemplars?: readonly Exemplar[];
  /** What marks among the values stand for, by their numbers: as `encodeHistogram` writes them. None when left out. */
  readonly histograms?: readonly Uint8Array[];
}

export interface EncodedRecord {
  readonly bytes: Uint8Array;
  /** The first sample, counted over all columns, that is not in this record: `encode` again from there until it is their number. */
  readonly to: number;
}

export interface RecordEncoderOptions {
  /** Eight random bytes: this process, until it ends. */
  readonly producer: Uint8Array;
  readonly clock: Clock;
}

/** The newest that is read. Who has no histograms writes the one before, which older readers know. */
export const RECORD_VERSION = 4;
export const VERSION_WITHOUT_HISTOGRAMS = 3;
export const PRODUCER_BYTES = 8;

export class RecordEncoder {
  readonly #producer: Uint8Array;
  readonly #clock: Clock;
  readonly #tenants = new Map<string, EpochTables>();
  readonly #record = new ByteWriter(64 * 1024);
  readonly #strings = new ByteWriter(16 * 1024);
  readonly #series = new ByteWriter(16 * 1024);
  readonly #exemplars = new ByteWriter(1024);
  /** Holds the record's samples beside each other, series by their number in the epoch. */
  readonly #kernel = recordKernel('encode');
  #epoch = 0;
  #epochBeganMs: Millis;
  #sequence = 0;
  #epochEntries = 0;
  #epochText = 0;

  constructor(options: RecordEncoderOptions) {
    assert(options.producer.length === PRODUCER_BYTES, `producer of ${options.producer.length} bytes`);
    this.#producer = options.producer;
    this.#clock = options.clock;
    this.#epochBeganMs = options.clock.now();
  }

  /** The next record: samples from `from` on, as many as fit, all of the exemplars, and the metadata that consumers do not know. */
  encode(samples: RecordSamples, from = 0): EncodedRecord {
    const nowMs = this.#clock.now();
    if (this.#isEpochOver(nowMs)) this.restartEpoch();
    if (this.#sequence === 0) this.#epochBeganMs = nowMs;

    const acceptedAtMs = samples.acceptedAtMs ?? nowMs;
    const tables = this.#tablesOf(samples.tenant);
    const { histograms = NO_HISTOGRAMS } = samples;
    const samplesMax = histograms.length === 0 ? SAMPLES_MAX : samplesThatFit(samples.columns, histograms, from);
    const announced = this.#gather(tables, samples.columns, from, samplesMax);
    const taken = histograms.length === 0 ? NO_HISTOGRAMS : renumbered(this.#kernel.values, announced.to - from, histograms);
    this.#gatherExemplars(tables, samples.exemplars ?? [], acceptedAtMs);
    const record = this.#record;
    record.reset();
    record.u8(taken.length === 0 ? VERSION_WITHOUT_HISTOGRAMS : RECORD_VERSION);
    record.bytes(this.#producer);
    record.varint(this.#epoch);
    record.varint(this.#sequence++);
    record.varint(acceptedAtMs);
    record.string(samples.tenant);
    record.varint(announced.stringBase);
    record.varint(tables.texts - announced.stringBase);
    record.bytes(this.#strings.view());
    record.varint(announced.seriesBase);
    record.varint(tables.series - announced.seriesBase);
    record.bytes(this.#series.view());
    writeMetadata(record, tables.newMetadata(samples.metadata));
    record.varint(samples.exemplars?.length ?? 0);
    record.bytes(this.#exemplars.view());
    if (taken.length > 0) writeHistograms(record, taken);
    record.bytes(this.#kernel.encodeGroups(announced.to - from, acceptedAtMs));
    return { bytes: record.finish(), to: announced.to };
  }

  /** Call after a record was refused: later records must not lean on what it announced. */
  restartEpoch(): void {
    this.#tenants.clear();
    this.#epoch++;
    this.#sequence = 0;
    this.#epochEntries = 0;
    this.#epochText = 0;
  }

  #isEpochOver(nowMs: Millis): boolean {
    if (this.#sequence === 0) return false;
    return nowMs - this.#epochBeganMs >= EPOCH_MS_MAX || this.#epochEntries >= EPOCH_ENTRIES_MAX || this.#epochText >= EPOCH_TEXT_MAX;
  }

  #tablesOf(tenant: string): EpochTables {
    let tables = this.#tenants.get(tenant);
    if (tables === undefined) {
      tables = new EpochTables();
      this.#tenants.set(tenant, tables);
    }
    return tables;
  }

  /** Fills the record's columns, and `#strings` and `#series` with what is new, until the record is full. */
  #gather(
    tables: EpochTables,
    columns: readonly RecordColumns[],
    from: number,
    samplesMax: number,
  ): { to: number; stringBase: number; seriesBase: number } {
    const stringBase = tables.texts;
    const seriesBase = tables.series;
    this.#strings.reset();
    this.#series.reset();
    let skip = from;
    let count = 0;
    for (const part of columns) {
      const { length } = part.numbers;
      if (skip >= length) {
        skip -= length;
        continue;
      }
      const wanted = Math.min(length, skip + samplesMax - count);
      const to = this.#gatherPart(tables, part, skip, wanted, count);
      this.#kernel.timesMs.set(part.timesMs.subarray(skip, to), count);
      this.#kernel.values.set(part.values.subarray(skip, to), count); // Between two Float64Arrays this copies bytes: NaN payloads stay.
      count += to - skip;
      if (to < length) break;
      skip = 0;
    }
    this.#epochEntries += tables.series - seriesBase + tables.texts - stringBase;
    this.#epochText += this.#strings.length;
    return { to: from + count, stringBase, seriesBase };
  }

  /** Fills `#exemplars`, and adds texts of their series that are new to `#strings`. */
  #gatherExemplars(tables: EpochTables, exemplars: readonly Exemplar[], acceptedAtMs: Millis): void {
    const bytes = this.#exemplars;
    bytes.reset();
    const { texts } = tables;
    const strings = this.#strings.length;
    for (const { series, labels, timeMs, value } of exemplars) {
      bytes.varint(series.size);
      for (const text of series.pairs) bytes.varint(tables.textNumber(text, this.#strings));
      bytes.zigzag(timeMs - acceptedAtMs);
      bytes.f64(value);
      bytes.varint(labels.size);
      for (const text of labels.pairs) bytes.string(text);
    }
    this.#epochEntries += tables.texts - texts;
    this.#epochText += this.#strings.length - strings;
  }

  /** Samples `[from, to)` of a part, whose numbers go to `at` on; where it ended. */
  #gatherPart(tables: EpochTables, { table, numbers }: RecordColumns, from: number, to: number, at: number): number {
    const resolution = tables.resolutionOf(table);
    const resolved = resolution.series;
    const into = this.#kernel.numbers;
    for (let i = from; i < to; i++) {
      const number = numbers[i];
      let own = resolved[number];
      if (own === 0) {
        // Slow path: a series' first sample in the epoch.
        tables.announce(table, number, resolution, this.#series, this.#strings);
        own = resolved[number];
        if (this.#strings.length + this.#series.length + (at + i - from) * SAMPLE_BYTES_GUESS >= RECORD_BYTES_TARGET) {
          into[at + i - from] = own - 1;
          return i + 1;
        }
      }
      into[at + i - from] = own - 1;
    }
    return to;
  }
}

/** A value, and its share of times and runs. */
const SAMPLE_BYTES_GUESS = 10;
const SAMPLES_MAX = Math.floor(RECORD_BYTES_TARGET / SAMPLE_BYTES_GUESS);

assert(SAMPLES_MAX <= KERNEL_SAMPLES_MAX, 'the kernel takes what a record may hold');

function writeMetadata(record: ByteWriter, metadata: readonly MetricMetadata[]): void {
  record.varint(metadata.length);
  for (const { family, type, help, unit } of metadata) {
    record.string(family);
    record.u8(METRIC_TYPES.indexOf(type));
    record.string(help);
    record.string(unit);
  }
}
