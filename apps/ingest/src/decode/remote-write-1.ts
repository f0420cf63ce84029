/**
 * Remote write 1.0, `prometheus.WriteRequest`, read by hand:
 *
 *   WriteRequest  timeseries = 1, metadata = 3
 *   TimeSeries    labels = 1 {name = 1, value = 2}, samples = 2, exemplars = 3, histograms = 4
 *   MetricMetadata  type = 1, metric_family_name = 2, help = 4, unit = 5
 */

import { type Malformed, orMalformed, ProtobufCursor, utf8, VARINT } from '@tidemark/base/wire';
import { PLAIN_SERIES_MAX } from '../limits.ts';
import { SeriesNumbers } from '../publish/series-numbers.ts';
import { checkLabels } from './check-labels.ts';
import { readHistogram } from './histogram/read-histogram.ts';
import { type DecodedSamples, IncomingColumns } from './incoming-columns.ts';
import { metadataOf } from './metadata.ts';
import type { StringCache } from './string-cache.ts';
import { readSample } from './write-sample.ts';

export class RemoteWrite1Decoder {
  readonly #strings: StringCache;
  readonly #series = new SeriesNumbers();

  constructor(strings: StringCache) {
    this.#strings = strings;
  }

  /** `bytes` are decompressed and not kept. */
  decode(bytes: Buffer): DecodedSamples | Malformed {
    this.#series.renewAbove(PLAIN_SERIES_MAX);
    return orMalformed('protobuf', () => {
      const columns = new IncomingColumns(this.#series, Math.ceil(bytes.length / SERIES_BYTES_GUESS));
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
    while (cursor.at < end) {
      cursor.next();
      switch (cursor.field) {
        case 1:
          cursor.at = cursor.lengthEnd();
          break;
        case 2:
          readSample(cursor, columns);
          break;
        case 3:
          columns.exemplars++;
          cursor.skip();
          break;
        case 4:
          readHistogram(cursor, columns);
          break;
        default:
          cursor.skip();
      }
    }
    cursor.end = outer;
    if (columns.isPending) columns.settle(checkLabels(readLabels1(cursor.bytes, from, end, this.#strings)));
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
      } else if (cursor.field === 2) family = readString(cursor, this.#strings);
      else if (cursor.field === 4) help = readString(cursor, this.#strings);
      else if (cursor.field === 5) unit = readString(cursor, this.#strings);
      else cursor.skip();
    }
    cursor.end = outer;
    const metadata = metadataOf(family, type, help, unit);
    if (metadata !== null) columns.metadata.set(metadata.family, metadata);
  }
}

function readString(cursor: ProtobufCursor, strings: StringCache): string | null {
  const to = cursor.lengthEnd();
  const text = utf8(cursor.bytes, cursor.at, to);
  cursor.at = to;
  return text === null ? null : strings.intern(text);
}

/** The labels of a series at `[from, to)`: name, value, name, value …; null stands for text that is no UTF-8. Throws `MalformedError`. */
export function readLabels1(bytes: Buffer, from: number, to: number, strings: StringCache): (string | null)[] {
  const cursor = new ProtobufCursor(bytes, from, to);
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
      if (cursor.field === 1) name = readString(cursor, strings);
      else if (cursor.field === 2) value = readString(cursor, strings);
      else cursor.skip();
    }
    cursor.end = end;
    sent.push(name, value);
  }
  return sent;
}

/** Of a series with one sample and some labels: where the columns begin, they grow. */
const SERIES_BYTES_GUESS = 200;
