/**
 * Turns samples into records of one partition; docs/format/record.md draws the bytes.
 *
 * A series is announced once in an epoch (its labels, as references into the epoch's strings) and named by its
 * number afterwards. An epoch ends after five minutes, when its tables have grown too large, or when a record was
 * refused: its announcements never reached the log. Each tenant has tables of its own.
 */
import { assert, ByteWriter, type Clock, type Millis } from '@tidemark/base';
import { type Labels, METRIC_TYPES, type MetricMetadata } from '@tidemark/tsdb/model';
import { EPOCH_ENTRIES_MAX, EPOCH_MS_MAX, EPOCH_TEXT_MAX, RECORD_BYTES_TARGET, TIME_MS_MAX } from '../limits.ts';
import { groupSamples } from './group-samples.ts';

/** Columns beside each other, as in an ingest batch. Times are integers of magnitude up to `TIME_MS_MAX`. */
export interface RecordSamples {
  readonly tenant: string;
  /** When the first of them arrived; the time of the call when left out. */
  readonly acceptedAtMs?: Millis;
  readonly series: readonly Labels[];
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly metadata: readonly MetricMetadata[];
}

export interface EncodedRecord {
  readonly bytes: Uint8Array;
  /** The first sample that is not in this record: `encode` again from there until it is `series.length`. */
  readonly to: number;
}

export interface RecordEncoderOptions {
  /** Eight random bytes: this process, until it ends. */
  readonly producer: Uint8Array;
  readonly clock: Clock;
}

export const RECORD_VERSION = 1;
export const PRODUCER_BYTES = 8;

export class RecordEncoder {
  readonly #producer: Uint8Array;
  readonly #clock: Clock;
  readonly #tenants = new Map<string, TenantTables>();
  readonly #record = new ByteWriter(64 * 1024);
  readonly #strings = new ByteWriter(16 * 1024);
  readonly #series = new ByteWriter(16 * 1024);
  #numbers = new Uint32Array(4096);
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

  /** The next record: samples from `from` on, as many as fit. Metadata goes into the record that begins at 0. */
  encode(samples: RecordSamples, from = 0): EncodedRecord {
    const nowMs = this.#clock.now();
    if (this.#isEpochOver(nowMs)) this.restartEpoch();
    if (this.#sequence === 0) this.#epochBeganMs = nowMs;

    const acceptedAtMs = samples.acceptedAtMs ?? nowMs;
    const tables = this.#tablesOf(samples.tenant);
    const announced = this.#number(tables, samples, from);
    const record = this.#record;
    record.reset();
    record.u8(RECORD_VERSION);
    record.bytes(this.#producer);
    record.varint(this.#epoch);
    record.varint(this.#sequence++);
    record.varint(acceptedAtMs);
    record.string(samples.tenant);
    record.varint(announced.stringBase);
    record.varint(tables.strings.size - announced.stringBase);
    record.bytes(this.#strings.view());
    record.varint(announced.seriesBase);
    record.varint(tables.numbers.size - announced.seriesBase);
    record.bytes(this.#series.view());
    writeMetadata(record, from === 0 ? tables.newMetadata(samples.metadata) : []);
    this.#writeGroups(record, samples, from, announced.to, acceptedAtMs);
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

  #tablesOf(tenant: string): TenantTables {
    let tables = this.#tenants.get(tenant);
    if (tables === undefined) {
      tables = new TenantTables();
      this.#tenants.set(tenant, tables);
    }
    return tables;
  }

  /** Fills `#numbers`, and `#strings` and `#series` with what is new, until the record is full. */
  #number(tables: TenantTables, { series }: RecordSamples, from: number): { to: number; stringBase: number; seriesBase: number } {
    const stringBase = tables.strings.size;
    const seriesBase = tables.numbers.size;
    this.#strings.reset();
    this.#series.reset();
    if (this.#numbers.length < series.length - from) this.#numbers = new Uint32Array((series.length - from) * 2);
    let to = from;
    for (; to < series.length; to++) {
      const labels = series[to];
      let number = tables.numbers.get(labels.key);
      if (number === undefined) {
        number = tables.numbers.size;
        tables.numbers.set(labels.key, number);
        this.#announce(tables, labels);
      }
      this.#numbers[to - from] = number;
      if (this.#strings.length + this.#series.length + (to - from) * SAMPLE_BYTES_GUESS >= RECORD_BYTES_TARGET) {
        to++;
        break;
      }
    }
    this.#epochEntries += tables.numbers.size - seriesBase + tables.strings.size - stringBase;
    return { to, stringBase, seriesBase };
  }

  #announce(tables: TenantTables, labels: Labels): void {
    this.#series.varint(labels.size);
    for (const text of labels.pairs) {
      let reference = tables.strings.get(text);
      if (reference === undefined) {
        reference = tables.strings.size;
        tables.strings.set(text, reference);
        this.#strings.string(text);
        this.#epochText += text.length;
      }
      this.#series.varint(reference);
    }
  }

  #writeGroups(record: ByteWriter, samples: RecordSamples, from: number, to: number, acceptedAtMs: Millis): void {
    const groups = groupSamples(this.#numbers, samples.timesMs, from, to);
    record.varint(groups.length);
    let previousMs = acceptedAtMs;
    for (const { timeMs, positions } of groups) {
      assert(Number.isInteger(timeMs) && Math.abs(timeMs) <= TIME_MS_MAX, `time of a sample: ${timeMs}`);
      record.zigzag(timeMs - previousMs);
      previousMs = timeMs;
      writeRuns(record, this.#numbers, positions, from);
      writeValues(record, samples.values, positions);
    }
  }
}

/** A value, and its share of times and runs. */
const SAMPLE_BYTES_GUESS = 10;

/** One tenant's announcements in the current epoch. */
class TenantTables {
  readonly numbers = new Map<string, number>();
  readonly strings = new Map<string, number>();
  readonly #metadata = new Map<string, MetricMetadata>();

  /** What consumers of this epoch have not been told yet. */
  newMetadata(metadata: readonly MetricMetadata[]): MetricMetadata[] {
    return metadata.filter((entry) => {
      const known = this.#metadata.get(entry.family);
      if (known !== undefined && known.type === entry.type && known.help === entry.help && known.unit === entry.unit) return false;
      this.#metadata.set(entry.family, entry);
      return true;
    });
  }
}

function writeMetadata(record: ByteWriter, metadata: readonly MetricMetadata[]): void {
  record.varint(metadata.length);
  for (const { family, type, help, unit } of metadata) {
    record.string(family);
    record.u8(METRIC_TYPES.indexOf(type));
    record.string(help);
    record.string(unit);
  }
}

/** Rising numbers as runs: the gap since the last run's end, and the run's length. */
function writeRuns(record: ByteWriter, numbers: Uint32Array, positions: Uint32Array, from: number): void {
  const starts: number[] = [];
  for (let i = 0; i < positions.length; i++) {
    if (i === 0 || numbers[positions[i] - from] !== numbers[positions[i - 1] - from] + 1) starts.push(i);
  }
  record.varint(starts.length);
  let end = 0;
  for (let run = 0; run < starts.length; run++) {
    const first = numbers[positions[starts[run]] - from];
    const length = (run + 1 < starts.length ? starts[run + 1] : positions.length) - starts[run];
    record.varint(first - end);
    record.varint(length);
    end = first + length;
  }
}

/** As words: a signalling NaN, which the stale marker is, need not survive being read as a number. */
function writeValues(record: ByteWriter, values: Float64Array, positions: Uint32Array): void {
  const source = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const gathered = new Uint32Array(positions.length * 2);
  for (let i = 0; i < positions.length; i++) {
    gathered[i * 2] = source[positions[i] * 2];
    gathered[i * 2 + 1] = source[positions[i] * 2 + 1];
  }
  record.f64s(new Float64Array(gathered.buffer));
}
