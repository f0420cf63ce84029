/**
 * Reads the records of one partition in order; docs/format/record.md draws the bytes.
 *
 *   a producer's epoch:  (nothing) ──sequence 0──▶ epoch e ──next sequence──▶ epoch e ──sequence 0 of e' > e──▶ epoch e'
 *
 * A record that repeats is dropped. A record that is missing, be it the epoch's first one, costs itself and, until the epoch's end, the
 * samples of series that it announced or whose strings it announced; these are counted, not guessed. A record is read whole
 * before any table changes.
 */
import { assert, ByteReader, CorruptionError } from '@tidemark/base';
import type { BatchOrigin } from '@tidemark/tsdb';
import { isTenantName, type NamedSeries, ProducerEpoch, type SampleBatch, type SampleGroup, TenantTables } from '@tidemark/tsdb/model';
import { DECODER_PRODUCERS_MAX } from '../limits.ts';
import { PRODUCER_BYTES, RECORD_VERSION } from './encoder.ts';
import { GroupReader } from './group-reader.ts';
import { readExemplars } from './read-exemplars.ts';
import { readGroups1 } from './read-groups-1.ts';
import { checkMarks, readHistograms } from './read-histograms.ts';
import { check, readMetadata, readStrings } from './read-record.ts';
import { SeriesReader } from './series-reader.ts';
import { NO_HISTOGRAMS } from './write-histograms.ts';

export type DecodedRecord =
  | {
      readonly kind: 'batch';
      /** Its columns are written over by the next call, of any decoder of the thread. */
      readonly batch: SampleBatch;
      readonly origin: BatchOrigin;
      /** Samples left out because a lost record had announced their series. */
      readonly unknownSamples: number;
    }
  /** The same producer, epoch and sequence was read before: a producer's second try. */
  | { readonly kind: 'repeated' }
  /** Reading began in the middle of this record's epoch, and nothing has been lost since: whoever began there needs none of it. */
  | { readonly kind: 'unreadable'; readonly reason: string };

export class RecordDecoder {
  readonly #partitionName: string;
  readonly #series = new SeriesReader();
  readonly #groups = new GroupReader();
  /** In order of last use. */
  readonly #epochs = new Map<string, ProducerEpoch>();
  /** Where something was lost last: epochs may have begun there. */
  #lostAt: number | null = null;

  /** `partitionName` is the file of a `CorruptionError`. `epochs` are those that go on where reading begins, as another reader knew them. */
  constructor(partitionName: string, epochs: readonly ProducerEpoch[] = []) {
    this.#partitionName = partitionName;
    for (const epoch of epochs) this.#epochs.set(epoch.producer, epoch);
  }

  /** What the log holds at `offset` cannot be read. An epoch that may have begun there is read from what comes next. */
  lost(offset: number): void {
    this.#lostAt = offset;
  }

  /** Throws `CorruptionError`, and only that, when the bytes are no record. */
  decode(bytes: Uint8Array, offset: number): DecodedRecord {
    const reader = new ByteReader(bytes);
    try {
      return this.#decode(reader, offset);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.lost(offset);
      throw new CorruptionError({ file: `${this.#partitionName}, record ${offset}`, offset: reader.at, reason: error.message });
    }
  }

  #decode(reader: ByteReader, offset: number): DecodedRecord {
    const version = reader.u8();
    check(version >= 1 && version <= RECORD_VERSION, `record version ${version}, this program reads 1 to ${RECORD_VERSION}`);
    const producer = Buffer.from(reader.bytes(PRODUCER_BYTES)).toString('hex');
    const number = reader.varint();
    const sequence = reader.varint();
    let epoch = this.#epochs.get(producer);
    if (epoch !== undefined && (number < epoch.number || (number === epoch.number && sequence < epoch.nextSequence)))
      return { kind: 'repeated' };
    if (epoch === undefined || epoch.number !== number) {
      if (sequence !== 0 && this.#lostAt === null)
        return { kind: 'unreadable', reason: `epoch ${number} of producer ${producer} began before the first record that was read` };
      // One whose beginning is lost stands at the loss: who begins there again meets it again.
      epoch = new ProducerEpoch(producer, number, sequence === 0 ? offset : (this.#lostAt ?? offset));
    }

    // Each tenant's tables learn of a lost record from their own next one, which may come much later.
    const isGapless = epoch.isGapless && sequence === epoch.nextSequence;
    const acceptedAtMs = reader.varint();
    const tenant = reader.string();
    check(isTenantName(tenant), 'tenant name');
    const tables = epoch.tenants.get(tenant) ?? new TenantTables();
    const strings = readStrings(reader, tables, isGapless);
    const series = this.#series.read(reader, tables, strings, isGapless);
    const metadata = readMetadata(reader);
    const exemplars = version < 3 ? [] : readExemplars(reader, acceptedAtMs, tables, strings);
    const histograms = version < 4 ? NO_HISTOGRAMS : readHistograms(reader);
    const announcedTo = series.base + series.count;
    const groups = version === 1 ? readGroups1(reader, acceptedAtMs, announcedTo) : this.#groups.read(reader, acceptedAtMs, announcedTo);
    check(reader.remaining === 0, `${reader.remaining} bytes after the record's end`);
    if (version >= 4) checkMarks(groups, histograms.length);

    // Nothing fails from here on.
    tables.add(strings, series);
    epoch.tenants.set(tenant, tables);
    epoch.nextSequence = sequence + 1;
    epoch.isGapless = isGapless;
    this.#remember(producer, epoch);
    const { known, unknownSamples } = tables.hasHoles ? withoutUnknown(groups, tables.series) : { known: groups, unknownSamples: 0 };
    return {
      kind: 'batch',
      batch: {
        tenant,
        acceptedAtMs,
        table: tables.series,
        groups: known,
        metadata,
        exemplars,
        ...(histograms.length > 0 && { histograms }),
      },
      origin: { offset, epochOffset: epoch.offset, epoch },
      unknownSamples,
    };
  }

  #remember(producer: string, epoch: ProducerEpoch): void {
    this.#epochs.delete(producer);
    this.#epochs.set(producer, epoch);
    if (this.#epochs.size <= DECODER_PRODUCERS_MAX) return;
    for (const oldest of this.#epochs.keys()) {
      this.#epochs.delete(oldest);
      break;
    }
  }
}

function withoutUnknown(groups: readonly SampleGroup[], table: NamedSeries): { known: SampleGroup[]; unknownSamples: number } {
  const known: SampleGroup[] = [];
  let unknownSamples = 0;
  for (const group of groups) {
    const kept = [...group.numbers.keys()].filter((i) => table.textsOf(group.numbers[i]).length > 0);
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
