/**
 * Remote write 2.0, `io.prometheus.write.v2.Request`, read by hand:
 *
 *   Request     symbols = 4, timeseries = 5
 *   TimeSeries  labels_refs = 1 (name, value, name, value … in symbols), samples = 2, histograms = 3, exemplars = 4,
 *               metadata = 5 {type = 1, help_ref = 3, unit_ref = 4}
 */

import { BYTES, type Malformed, MalformedError, orMalformed, ProtobufCursor, utf8, VARINT } from '@tidemark/base/wire';
import { type Labels, METRIC_TYPES } from '@tidemark/tsdb/model';
import { type IngestFeatures, NO_FEATURES } from '../features.ts';
import { LABELS_PER_SERIES_MAX, PLAIN_SERIES_MAX } from '../limits.ts';
import { SeriesNumbers } from '../publish/series-numbers.ts';
import { checkLabels } from './check-labels.ts';
import { readHistogram } from './histogram/read-histogram.ts';
import { type DecodedSamples, IncomingColumns } from './incoming-columns.ts';
import { familyOf, metadataOf } from './metadata.ts';
import { KnownStarts } from './start-zeros.ts';
import type { StringCache } from './string-cache.ts';
import { withOnlyTypeAndUnit } from './type-and-unit.ts';
import { readSample } from './write-sample.ts';

type Symbols = readonly (string | null)[];

export class RemoteWrite2Decoder {
  readonly #strings: StringCache;
  readonly #features: IngestFeatures;
  readonly #series = new SeriesNumbers();
  readonly #known: KnownStarts | null;
  #references = new Uint32Array(LABELS_PER_SERIES_MAX * 2);
  #referenceCount = 0;

  constructor(strings: StringCache, features = NO_FEATURES) {
    this.#strings = strings;
    this.#features = features;
    this.#known = features.startZeros ? new KnownStarts() : null;
  }

  /** `bytes` are decompressed and not kept. */
  decode(bytes: Buffer): DecodedSamples | Malformed {
    this.#series.renewAbove(PLAIN_SERIES_MAX);
    return orMalformed('protobuf', () => {
      const symbols = this.#readSymbols(new ProtobufCursor(bytes));
      const columns = new IncomingColumns(this.#series, Math.ceil(bytes.length / SERIES_BYTES_GUESS), this.#known);
      const cursor = new ProtobufCursor(bytes);
      while (cursor.next()) {
        if (cursor.field === 5) this.#readSeries(cursor, symbols, columns);
        else cursor.skip();
      }
      return columns.finish();
    });
  }

  #readSymbols(cursor: ProtobufCursor): Symbols {
    const symbols: (string | null)[] = [];
    while (cursor.next()) {
      if (cursor.field !== 4) {
        cursor.skip();
        continue;
      }
      const to = cursor.lengthEnd();
      const text = utf8(cursor.bytes, cursor.at, to);
      symbols.push(text === null ? null : this.#strings.intern(text));
      cursor.at = to;
    }
    if (symbols.length > 0 && symbols[0] !== '') throw new MalformedError('the first symbol must be empty');
    return symbols;
  }

  #readSeries(cursor: ProtobufCursor, symbols: Symbols, columns: IncomingColumns): void {
    const outer = cursor.end;
    cursor.end = cursor.lengthEnd();
    this.#referenceCount = 0;
    let metadataAt = -1;
    let metadataEnd = -1;
    while (cursor.next()) {
      switch (cursor.field) {
        case 1:
          this.#readReferences(cursor, symbols);
          break;
        case 2:
          readSample(cursor, columns);
          break;
        case 3:
          readHistogram(cursor, columns);
          break;
        case 4:
          columns.exemplars++;
          cursor.skip();
          break;
        case 5:
          metadataEnd = cursor.lengthEnd();
          metadataAt = cursor.at;
          cursor.at = metadataEnd;
          break;
        default:
          cursor.skip();
      }
    }
    cursor.end = outer;
    if (this.#referenceCount % 2 !== 0) throw new MalformedError('a series has a label name without a value');
    if (!columns.isPending && metadataAt === -1) return;
    const sent = Array.from(this.#references.subarray(0, this.#referenceCount), (reference) => symbols[reference]);
    const said = metadataAt === -1 ? null : readMetadata(new ProtobufCursor(cursor.bytes, metadataAt, metadataEnd), symbols);
    const isTyped = said !== null && this.#features.typeAndUnit;
    const checked = checkLabels(isTyped ? withOnlyTypeAndUnit(sent, METRIC_TYPES[said.type] ?? 'unknown', symbols[said.unit] ?? '') : sent);
    if (columns.isPending) columns.settle(checked);
    if (said !== null && checked.kind === 'labels') tell(said, checked.labels, symbols, columns);
  }

  /** Packed, or one by one: a decoder must take both. */
  #readReferences(cursor: ProtobufCursor, symbols: Symbols): void {
    if (cursor.wire === VARINT) {
      this.#addReference(cursor.varint(), symbols);
      return;
    }
    cursor.expect(BYTES);
    const to = cursor.lengthEnd();
    while (cursor.at < to) this.#addReference(cursor.varint(), symbols);
    if (cursor.at !== to) throw new MalformedError('cut in the label references');
  }

  #addReference(reference: number, symbols: Symbols): void {
    if (reference >= symbols.length) throw new MalformedError(`symbol ${reference} of ${symbols.length}`);
    if (this.#referenceCount === this.#references.length) {
      const grown = new Uint32Array(this.#references.length * 2);
      grown.set(this.#references);
      this.#references = grown;
    }
    this.#references[this.#referenceCount++] = reference;
  }
}

/** A type's number, and symbols; 0: not said. */
interface SaidMetadata {
  readonly type: number;
  readonly help: number;
  readonly unit: number;
}

function readMetadata(cursor: ProtobufCursor, symbols: Symbols): SaidMetadata {
  let type = 0;
  let help = 0;
  let unit = 0;
  while (cursor.next()) {
    if (cursor.field === 1) {
      cursor.expect(VARINT);
      type = cursor.int64();
    } else if (cursor.field === 3) help = readReference(cursor, symbols);
    else if (cursor.field === 4) unit = readReference(cursor, symbols);
    else cursor.skip();
  }
  return { type, help, unit };
}

function tell({ type, help, unit }: SaidMetadata, labels: Labels, symbols: Symbols, columns: IncomingColumns): void {
  if (type === 0 && help === 0 && unit === 0) return; // What a sender without metadata says of each series.
  const family = familyOf(labels.name, METRIC_TYPES[type] ?? 'unknown');
  if (columns.metadata.has(family)) return; // Said of each of a family's series.
  const metadata = metadataOf(family, type, symbols[help] ?? null, symbols[unit] ?? null);
  if (metadata !== null) columns.metadata.set(family, metadata);
}

function readReference(cursor: ProtobufCursor, symbols: Symbols): number {
  cursor.expect(VARINT);
  const reference = cursor.varint();
  if (reference >= symbols.length) throw new MalformedError(`symbol ${reference} of ${symbols.length}`);
  return reference;
}

/** Of a series with one sample and some labels: where the columns begin, they grow. */
const SERIES_BYTES_GUESS = 60;
