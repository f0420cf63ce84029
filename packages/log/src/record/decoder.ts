/**
 * Reads the records of one partition in order; docs/format/record.md draws the bytes.
 *
 *   a producer's epoch:  (nothing) ──sequence 0──▶ epoch e ──next sequence──▶ epoch e ──sequence 0 of e' > e──▶ epoch e'
 *
 * A record that repeats is dropped. A record that is missing costs itself and, until the epoch's end, the samples of
 * series that it announced or whose strings it announced; these are counted, not guessed. A record is read whole
 * before any table changes.
 */
import { assert, ByteReader, CorruptionError } from '@tidemark/base';
import type { BatchOrigin } from '@tidemark/tsdb';
import {
  compareNames,
  isTenantName,
  Labels,
  METRIC_TYPES,
  type MetricMetadata,
  type SampleBatch,
  type SampleGroup,
} from '@tidemark/tsdb/model';
import { DECODER_PRODUCERS_MAX, TABLE_NUMBER_MAX, TIME_MS_MAX } from '../limits.ts';
import { PRODUCER_BYTES, RECORD_VERSION } from './encoder.ts';

export type DecodedRecord =
  | {
      readonly kind: 'batch';
      readonly batch: SampleBatch;
      readonly origin: BatchOrigin;
      /** Samples left out because a lost record had announced their series. */
      readonly unknownSamples: number;
    }
  /** The same producer, epoch and sequence was read before: a producer's second try. */
  | { readonly kind: 'repeated' }
  /** Reading began in the middle of this record's epoch. */
  | { readonly kind: 'unreadable'; readonly reason: string };

export class RecordDecoder {
  readonly #partitionName: string;
  /** In order of last use. */
  readonly #epochs = new Map<string, Epoch>();

  /** `partitionName` is the file of a `CorruptionError`. */
  constructor(partitionName: string) {
    this.#partitionName = partitionName;
  }

  /** Throws `CorruptionError`, and only that, when the bytes are no record. */
  decode(bytes: Uint8Array, offset: number): DecodedRecord {
    const reader = new ByteReader(bytes);
    try {
      return this.#decode(reader, offset);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new CorruptionError({ file: `${this.#partitionName}, record ${offset}`, offset: reader.at, reason: error.message });
    }
  }

  #decode(reader: ByteReader, offset: number): DecodedRecord {
    const version = reader.u8();
    check(version === RECORD_VERSION, `record version ${version}, this program reads ${RECORD_VERSION}`);
    const producer = Buffer.from(reader.bytes(PRODUCER_BYTES)).toString('hex');
    const number = reader.varint();
    const sequence = reader.varint();
    let epoch = this.#epochs.get(producer);
    if (epoch !== undefined && (number < epoch.number || (number === epoch.number && sequence < epoch.nextSequence)))
      return { kind: 'repeated' };
    if (epoch === undefined || epoch.number !== number) {
      if (sequence !== 0)
        return { kind: 'unreadable', reason: `epoch ${number} of producer ${producer} began before the first record that was read` };
      epoch = new Epoch(number, offset);
    }

    const isGapless = sequence === epoch.nextSequence;
    const acceptedAtMs = reader.varint();
    const tenant = reader.string();
    check(isTenantName(tenant), 'tenant name');
    const tables = epoch.tenants.get(tenant) ?? new TenantTables();
    const strings = readStrings(reader, tables, isGapless);
    const series = readSeries(reader, tables, strings, isGapless);
    const metadata = readMetadata(reader);
    const groups = readGroups(reader, acceptedAtMs, (seriesNumber) => seriesNumber < series.base + series.added.length);
    check(reader.remaining === 0, `${reader.remaining} bytes after the record's end`);

    // Nothing fails from here on.
    tables.add(strings, series);
    epoch.tenants.set(tenant, tables);
    epoch.nextSequence = sequence + 1;
    this.#remember(producer, epoch);
    const { known, unknownSamples } = tables.holes ? withoutUnknown(groups, tables.labels) : { known: groups, unknownSamples: 0 };
    return {
      kind: 'batch',
      batch: { tenant, acceptedAtMs, table: tables, groups: known, metadata },
      origin: { offset, epochOffset: epoch.offset },
      unknownSamples,
    };
  }

  #remember(producer: string, epoch: Epoch): void {
    this.#epochs.delete(producer);
    this.#epochs.set(producer, epoch);
    if (this.#epochs.size <= DECODER_PRODUCERS_MAX) return;
    for (const oldest of this.#epochs.keys()) {
      this.#epochs.delete(oldest);
      break;
    }
  }
}

class Epoch {
  readonly number: number;
  /** Of the record with sequence 0. */
  readonly offset: number;
  nextSequence = 0;
  readonly tenants = new Map<string, TenantTables>();

  constructor(number: number, offset: number) {
    this.number = number;
    this.offset = offset;
  }
}

/** What one record adds to a table: `added[i]` has the number `base + i`. */
interface Announced<T> {
  readonly base: number;
  readonly added: readonly T[];
}

/** Is the `SeriesTable` that consumers see. Holes are what lost records announced: `undefined`, and labels that no sample names. */
class TenantTables {
  readonly labels: Labels[] = [];
  readonly strings: (string | undefined)[] = [];
  holes = false;

  add(strings: Announced<string>, series: Announced<Labels>): void {
    if (series.base > this.labels.length || strings.base > this.strings.length) this.holes = true;
    while (this.strings.length < strings.base) this.strings.push(undefined);
    while (this.labels.length < series.base) this.labels.push(Labels.EMPTY);
    for (const text of strings.added) this.strings.push(text);
    for (const labels of series.added) {
      if (labels === Labels.EMPTY) this.holes = true;
      this.labels.push(labels);
    }
  }
}

function readStrings(reader: ByteReader, tables: TenantTables, isGapless: boolean): Announced<string> {
  const base = readBase(reader, tables.strings.length, isGapless);
  const count = readCount(reader);
  const added: string[] = [];
  for (let i = 0; i < count; i++) added.push(reader.string());
  return { base, added };
}

/** A series with a lost string is `Labels.EMPTY`, which is no series. */
function readSeries(reader: ByteReader, tables: TenantTables, strings: Announced<string>, isGapless: boolean): Announced<Labels> {
  const base = readBase(reader, tables.labels.length, isGapless);
  const count = readCount(reader);
  const stringsEnd = strings.base + strings.added.length;
  const textOf = (reference: number): string | undefined => {
    check(reference < stringsEnd, `string ${reference} of ${stringsEnd}`);
    return reference >= strings.base ? strings.added[reference - strings.base] : tables.strings[reference];
  };
  const added: Labels[] = [];
  for (let i = 0; i < count; i++) {
    const size = readCount(reader);
    check(size > 0, 'series without labels');
    const pairs: string[] = [];
    let isWhole = true;
    for (let label = 0; label < size * 2; label++) {
      const text = textOf(reader.varint());
      if (text === undefined) isWhole = false;
      else pairs.push(text);
    }
    if (isWhole) checkPairs(pairs);
    added.push(isWhole ? Labels.fromSortedPairs(pairs) : Labels.EMPTY);
  }
  return { base, added };
}

function checkPairs(pairs: readonly string[]): void {
  for (let i = 0; i < pairs.length; i += 2) {
    check(pairs[i] !== '' && pairs[i + 1] !== '', 'empty label');
    check(i === 0 || compareNames(pairs[i - 2], pairs[i]) < 0, 'labels out of order');
  }
}

function readMetadata(reader: ByteReader): MetricMetadata[] {
  const count = readCount(reader);
  const metadata: MetricMetadata[] = [];
  for (let i = 0; i < count; i++) {
    const family = reader.string();
    const type = METRIC_TYPES[reader.u8()];
    check(type !== undefined, 'metric type');
    metadata.push({ family, type, help: reader.string(), unit: reader.string() });
  }
  return metadata;
}

function readGroups(reader: ByteReader, acceptedAtMs: number, isAnnounced: (seriesNumber: number) => boolean): SampleGroup[] {
  const count = readCount(reader);
  const groups: SampleGroup[] = [];
  let timeMs = acceptedAtMs;
  for (let i = 0; i < count; i++) {
    timeMs += reader.zigzag();
    check(Math.abs(timeMs) <= TIME_MS_MAX, `time ${timeMs}`);
    const numbers = readRuns(reader);
    check(numbers.length > 0 && isAnnounced(numbers[numbers.length - 1]), 'series number that was never announced');
    groups.push({ timeMs, numbers, values: reader.f64s(numbers.length) });
  }
  return groups;
}

function readRuns(reader: ByteReader): Uint32Array {
  const runCount = readCount(reader);
  const starts: number[] = [];
  const lengths: number[] = [];
  let total = 0;
  let end = 0;
  for (let run = 0; run < runCount; run++) {
    const gap = reader.varint();
    const length = reader.varint();
    check(length > 0 && (run === 0 || gap > 0), 'runs that should be one');
    starts.push(end + gap);
    lengths.push(length);
    end += gap + length;
    total += length;
    check(end <= TABLE_NUMBER_MAX, `series number ${end}`);
  }
  check(total * 8 <= reader.remaining, `${total} values in ${reader.remaining} bytes`);
  const numbers = new Uint32Array(total);
  let at = 0;
  for (let run = 0; run < runCount; run++) for (let i = 0; i < lengths[run]; i++) numbers[at++] = starts[run] + i;
  return numbers;
}

/** Where a record's announcements begin: the table's end, or beyond it when a record between was lost. */
function readBase(reader: ByteReader, tableLength: number, isGapless: boolean): number {
  const base = reader.varint();
  check(
    base === tableLength || (!isGapless && base > tableLength && base <= TABLE_NUMBER_MAX),
    `announcements from ${base}, table of ${tableLength}`,
  );
  return base;
}

/** How many items follow; each takes a byte at least, so a wrong count allocates nothing. */
function readCount(reader: ByteReader): number {
  const count = reader.varint();
  check(count <= reader.remaining, `${count} items in ${reader.remaining} bytes`);
  return count;
}

function withoutUnknown(groups: readonly SampleGroup[], labels: readonly Labels[]): { known: SampleGroup[]; unknownSamples: number } {
  const known: SampleGroup[] = [];
  let unknownSamples = 0;
  for (const group of groups) {
    const kept = [...group.numbers.keys()].filter((i) => labels[group.numbers[i]] !== Labels.EMPTY);
    unknownSamples += group.numbers.length - kept.length;
    if (kept.length === group.numbers.length) known.push(group);
    else if (kept.length > 0) known.push(pick(group, kept));
  }
  return { known, unknownSamples };
}

function pick(group: SampleGroup, kept: readonly number[]): SampleGroup {
  const words = new Uint32Array(group.values.buffer, group.values.byteOffset, group.values.length * 2);
  const picked = new Uint32Array(kept.length * 2);
  for (let i = 0; i < kept.length; i++) picked.set(words.subarray(kept[i] * 2, kept[i] * 2 + 2), i * 2);
  const numbers = Uint32Array.from(kept, (i) => group.numbers[i]);
  assert(numbers.length * 2 === picked.length, 'a value for each number');
  return { timeMs: group.timeMs, numbers, values: new Float64Array(picked.buffer) };
}

/** Turned into damage, with its place, by `decode`. */
function check(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new RangeError(reason);
}
