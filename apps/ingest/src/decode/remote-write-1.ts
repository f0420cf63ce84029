/**
 * Remote write 1.0, `prometheus.WriteRequest`, read by hand:
 *
 *   WriteRequest  timeseries = 1, metadata = 3
 *   TimeSeries    labels = 1 {name = 1, value = 2}, samples = 2, exemplars = 3, histograms = 4
 *   MetricMetadata  type = 1, metric_family_name = 2, help = 4, unit = 5
 */
import { SERIES_TABLE_MAX } from '../limits.ts';
import { SeriesNumbers } from '../publish/series-numbers.ts';
import { type CheckedLabels, checkLabels } from './check-labels.ts';
import { type DecodedSamples, IncomingColumns } from './incoming-columns.ts';
import { type Malformed, orMalformed } from './malformed.ts';
import { metadataOf } from './metadata.ts';
import { ProtobufCursor, utf8, VARINT } from './protobuf.ts';
import { SeriesByBytes, type StringCache } from './series-cache.ts';
import { readSample } from './write-sample.ts';

export class RemoteWrite1Decoder {
  readonly #strings: StringCache;
  readonly #series = new SeriesByBytes();
  readonly #numbers = new SeriesNumbers();

  constructor(strings: StringCache) {
    this.#strings = strings;
  }

  /** `bytes` are decompressed and not kept. */
  decode(bytes: Buffer): DecodedSamples | Malformed {
    return orMalformed('protobuf', () => {
      this.#numbers.renewAbove(SERIES_TABLE_MAX);
      const columns = new IncomingColumns(this.#numbers, Math.ceil(bytes.length / SERIES_BYTES_GUESS));
      const cursor = new ProtobufCursor(bytes);
      while (cursor.next()) {
        if (cursor.field === 1) this.#readSeries(cursor, columns);
        else if (cursor.field === 3) this.#readMetadata(cursor, columns);
        else cursor.skip();
      }
      return columns.finish();
    });
  }

  #readSeries(cursor: ProtobufCursor, columns: IncomingColumns): void {
    const outer = cursor.end;
    const end = cursor.lengthEnd();
    cursor.end = end;
    const from = cursor.at;
    let labelsEnd = from;
    let areLabelsFirst = true;
    while (cursor.at < end) {
      const fieldAt = cursor.at;
      cursor.next();
      switch (cursor.field) {
        case 1:
          cursor.at = cursor.lengthEnd();
          areLabelsFirst &&= fieldAt === labelsEnd;
          labelsEnd = cursor.at;
          break;
        case 2:
          readSample(cursor, columns);
          break;
        case 3:
          columns.exemplars++;
          cursor.skip();
          break;
        case 4:
          columns.histograms++;
          cursor.skip();
          break;
        default:
          cursor.skip();
      }
    }
    cursor.end = outer;
    if (columns.isPending) columns.settle(this.#labels(cursor.bytes, from, areLabelsFirst ? labelsEnd : end, areLabelsFirst));
  }

  /** The cache is for what every sender does: labels first, nothing between. */
  #labels(bytes: Buffer, from: number, to: number, areLabelsFirst: boolean): CheckedLabels {
    const read = () => this.#readLabels(new ProtobufCursor(bytes, from, to));
    return areLabelsFirst ? this.#series.get(bytes, from, to, read) : checkLabels(read());
  }

  #readLabels(cursor: ProtobufCursor): (string | null)[] {
    const sent: (string | null)[] = [];
    const end = cursor.end;
    while (cursor.next()) {
      if (cursor.field !== 1) {
        cursor.skip();
        continue;
      }
      cursor.end = cursor.lengthEnd();
      let name: string | null = '';
      let value: string | null = '';
      while (cursor.next()) {
        if (cursor.field === 1) name = this.#readString(cursor);
        else if (cursor.field === 2) value = this.#readString(cursor);
        else cursor.skip();
      }
      cursor.end = end;
      sent.push(name, value);
    }
    return sent;
  }

  #readString(cursor: ProtobufCursor): string | null {
    const to = cursor.lengthEnd();
    const text = utf8(cursor.bytes, cursor.at, to);
    cursor.at = to;
    return text === null ? null : this.#strings.intern(text);
  }

  #readMetadata(cursor: ProtobufCursor, columns: IncomingColumns): void {
    const outer = cursor.end;
    cursor.end = cursor.lengthEnd();
    let type = 0;
    let family: string | null = '';
    let help: string | null = '';
    let unit: string | null = '';
    while (cursor.next()) {
      if (cursor.field === 1) {
        cursor.expect(VARINT);
        type = cursor.int64();
      } else if (cursor.field === 2) family = this.#readString(cursor);
      else if (cursor.field === 4) help = this.#readString(cursor);
      else if (cursor.field === 5) unit = this.#readString(cursor);
      else cursor.skip();
    }
    cursor.end = outer;
    const metadata = metadataOf(family, type, help, unit);
    if (metadata !== null) columns.metadata.set(metadata.family, metadata);
  }
}

/** Of a series with one sample and some labels: where the columns begin, they grow. */
const SERIES_BYTES_GUESS = 200;
