import { BYTES, FIXED64, MalformedError, ProtobufCursor, utf8, VARINT } from '@tidemark/base/wire';
import { Labels } from '@tidemark/tsdb/model';
import { decodeHistogramChunk, type HistogramSamples } from '@tidemark/tsdb/prometheus-histogram-reader';
import { decodeXorChunk, type XorSamples } from '@tidemark/tsdb/xor-chunk';

/** What a part of an answer holds of one series: it may come in several parts. */
export interface ReadSeries {
  readonly labels: Labels;
  readonly samples: readonly XorSamples[];
  readonly histograms: readonly HistogramSamples[];
  /** Native histograms as they were sent, which is how they will be sent on. */
  readonly messages: readonly { readonly timeMs: number; readonly bytes: Uint8Array }[];
  /** Of kinds that are not known. */
  readonly unknownChunks: number;
}

/**
 * The series of a `prometheus.ReadResponse` to one query. Throws `MalformedError`.
 *
 *   ReadResponse := results:1 …   QueryResult := timeseries:1 …   TimeSeries := labels:1 …  samples:2 …  histograms:4 …
 *   Sample       := value:1 double  timestamp:2 int64
 */
export function* readSamplesAnswer(bytes: Buffer): Generator<ReadSeries> {
  const answer = new ProtobufCursor(bytes);
  for (const [from, to] of messages(answer, 1)) {
    for (const [seriesFrom, seriesTo] of messages(new ProtobufCursor(bytes, from, to), 1)) yield samplesOf(bytes, seriesFrom, seriesTo);
  }
}

/**
 * The series of a `prometheus.ChunkedReadResponse`. Throws `MalformedError`.
 *
 *   ChunkedReadResponse := chunked_series:1 …   ChunkedSeries := labels:1 …  chunks:2 …
 *   Chunk               := min_time_ms:1  max_time_ms:2  type:3  data:4
 */
export function* readChunkedAnswer(bytes: Buffer): Generator<ReadSeries> {
  for (const [from, to] of messages(new ProtobufCursor(bytes), 1)) yield chunksOf(bytes, from, to);
}

function samplesOf(bytes: Buffer, from: number, to: number): ReadSeries {
  const cursor = new ProtobufCursor(bytes, from, to);
  const labels: (readonly [string, string])[] = [];
  const places: number[] = [];
  const sent: { readonly timeMs: number; readonly bytes: Uint8Array }[] = [];
  while (cursor.next()) {
    if (cursor.field === 1) labels.push(labelOf(cursor));
    else if (cursor.field === 2) {
      const end = cursor.lengthEnd();
      places.push(cursor.at, end);
      cursor.at = end;
    } else if (cursor.field === 4) {
      const end = cursor.lengthEnd();
      sent.push({ timeMs: timeOf(new ProtobufCursor(bytes, cursor.at, end)), bytes: bytes.subarray(cursor.at, end) });
      cursor.at = end;
    } else cursor.skip();
  }
  const count = places.length / 2;
  const times = new Float64Array(count);
  const values = new Float64Array(count);
  const target = new Uint8Array(values.buffer);
  for (let i = 0; i < count; i++) {
    const sample = new ProtobufCursor(bytes, places[2 * i], places[2 * i + 1]);
    while (sample.next()) {
      if (sample.field === 1) {
        sample.expect(FIXED64);
        const at = sample.at;
        sample.advance(8);
        target.set(bytes.subarray(at, at + 8), 8 * i);
      } else if (sample.field === 2) {
        sample.expect(VARINT);
        times[i] = sample.int64();
      } else sample.skip();
    }
    if (Number.isNaN(times[i])) throw new MalformedError('a time beyond 2^53');
  }
  return { labels: Labels.from(labels), samples: [{ times, values }], histograms: [], messages: sent, unknownChunks: 0 };
}

/** Of a `prometheus.Histogram`: timestamp = 15. */
function timeOf(histogram: ProtobufCursor): number {
  let timeMs = 0;
  while (histogram.next()) {
    if (histogram.field !== 15) {
      histogram.skip();
      continue;
    }
    histogram.expect(VARINT);
    timeMs = histogram.int64();
  }
  if (Number.isNaN(timeMs)) throw new MalformedError('a time beyond 2^53');
  return timeMs;
}

const XOR = 1;
const HISTOGRAMS = 2;
const FLOAT_HISTOGRAMS = 3;

function chunksOf(bytes: Buffer, from: number, to: number): ReadSeries {
  const cursor = new ProtobufCursor(bytes, from, to);
  const labels: (readonly [string, string])[] = [];
  const samples: XorSamples[] = [];
  const histograms: HistogramSamples[] = [];
  let unknownChunks = 0;
  while (cursor.next()) {
    if (cursor.field === 1) labels.push(labelOf(cursor));
    else if (cursor.field === 2) {
      const end = cursor.lengthEnd();
      const { type, data } = chunkOf(new ProtobufCursor(bytes, cursor.at, end));
      cursor.at = end;
      if (type === XOR) samples.push(decoded(() => decodeXorChunk(data)));
      else if (type === HISTOGRAMS || type === FLOAT_HISTOGRAMS) {
        histograms.push(decoded(() => decodeHistogramChunk(data, type === HISTOGRAMS)));
      } else unknownChunks++;
    } else cursor.skip();
  }
  return { labels: Labels.from(labels), samples, histograms, messages: [], unknownChunks };
}

function chunkOf(cursor: ProtobufCursor): { readonly type: number; readonly data: Uint8Array } {
  let type = 0;
  let data: Uint8Array = new Uint8Array(0);
  while (cursor.next()) {
    if (cursor.field === 3) {
      cursor.expect(VARINT);
      type = cursor.varint();
    } else if (cursor.field === 4) {
      const end = cursor.lengthEnd();
      data = cursor.bytes.subarray(cursor.at, end);
      cursor.at = end;
    } else cursor.skip();
  }
  return { type, data };
}

function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new MalformedError(error.message);
  }
}

function labelOf(cursor: ProtobufCursor): readonly [string, string] {
  const end = cursor.lengthEnd();
  const label = new ProtobufCursor(cursor.bytes, cursor.at, end);
  cursor.at = end;
  const texts: [string, string] = ['', ''];
  while (label.next()) {
    if (label.field !== 1 && label.field !== 2) {
      label.skip();
      continue;
    }
    const to = label.lengthEnd();
    const text = utf8(label.bytes, label.at, to);
    if (text === null) throw new MalformedError('a label is not valid UTF-8');
    texts[label.field - 1] = text;
    label.at = to;
  }
  return texts;
}

/** Where each message of a field begins and ends; others are passed over. */
function* messages(cursor: ProtobufCursor, field: number): Generator<readonly [number, number]> {
  while (cursor.next()) {
    if (cursor.field !== field || cursor.wire !== BYTES) {
      cursor.skip();
      continue;
    }
    const to = cursor.lengthEnd();
    yield [cursor.at, to];
    cursor.at = to;
  }
}
