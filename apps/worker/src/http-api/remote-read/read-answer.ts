import { ByteWriter, crc32c } from '@tidemark/base';
import { ProtobufWriter } from '@tidemark/base/wire';
import type { SelectedSeries } from '@tidemark/tsdb';
import { writeHistogram } from '@tidemark/tsdb/histogram-message';
import { histogramsOf, type Labels } from '@tidemark/tsdb/model';
import { encodeHistogramSample } from '@tidemark/tsdb/prometheus-histogram-chunk';
import { encodeXorChunk } from '@tidemark/tsdb/xor-chunk';
import { READ_FRAME_BYTES } from '../../limits.ts';

/**
 * A `prometheus.QueryResult`, a series at a time:
 *
 *   ReadResponse := results:1 …   QueryResult := timeseries:1 …   TimeSeries := labels:1 …  samples:2 …  histograms:4 …
 *   Label        := name:1  value:2                                Sample     := value:1 double  timestamp:2 int64
 */
export class SamplesWriter {
  readonly #series = new ProtobufWriter();
  readonly #sample = new ProtobufWriter();

  /** Field 1 of a result. */
  write(into: ProtobufWriter, { labels, samples }: SelectedSeries): void {
    const { times, values } = samples;
    const histograms = histogramsOf(samples);
    const series = this.#series;
    const sample = this.#sample;
    series.reset();
    writeLabels(series, labels);
    for (let i = 0; i < times.length; i++) {
      if (histograms?.[i] !== undefined) continue;
      sample.reset();
      sample.double(1, values, i);
      sample.int64(2, times[i]);
      series.bytes(2, sample.view());
    }
    for (const [i, histogram] of histograms?.entries() ?? []) {
      if (histogram === undefined) continue;
      sample.reset();
      writeHistogram(sample, times[i], histogram);
      series.bytes(4, sample.view());
    }
    into.bytes(1, series.view());
  }
}

/**
 * Frames of a streamed answer, one series after the other, each cut where a frame is full:
 *
 *   frame               := length:uvarint  crc32c:u32 big-endian  ChunkedReadResponse
 *   ChunkedReadResponse := chunked_series:1  query_index:2
 *   ChunkedSeries       := labels:1 …  chunks:2 …       Chunk := min_time_ms:1  max_time_ms:2  type:3  data:4
 */
export function* chunkFrames({ labels, samples }: SelectedSeries, query: number): Generator<Uint8Array> {
  const { times } = samples;
  const histograms = histogramsOf(samples);
  const series = new ProtobufWriter();
  const chunk = new ProtobufWriter();
  writeLabels(series, labels);
  for (let from = 0, to = 0; from < times.length; from = to) {
    const histogram = histograms?.[from];
    to = from + 1;
    if (histogram === undefined) {
      const most = Math.min(from + CHUNK_SAMPLES, times.length);
      while (to < most && histograms?.[to] === undefined) to++;
    }
    chunk.reset();
    chunk.int64(1, times[from]);
    chunk.int64(2, times[to - 1]);
    if (histogram === undefined) {
      chunk.int64(3, XOR);
      chunk.bytes(4, encodeXorChunk(samples, from, to));
    } else {
      const { areIntegers, bytes } = encodeHistogramSample(times[from], histogram);
      chunk.int64(3, areIntegers ? HISTOGRAM : FLOAT_HISTOGRAM);
      chunk.bytes(4, bytes);
    }
    series.bytes(2, chunk.view());
    if (series.length < READ_FRAME_BYTES && to < times.length) continue;
    yield frameOf(series.view(), query);
    series.reset();
    writeLabels(series, labels);
  }
}

/** As Prometheus cuts them. */
const CHUNK_SAMPLES = 120;
const XOR = 1;
const HISTOGRAM = 2;
const FLOAT_HISTOGRAM = 3;

function frameOf(series: Uint8Array, query: number): Uint8Array {
  const message = new ProtobufWriter();
  message.bytes(1, series);
  message.int64(2, query);
  const bytes = message.view();
  const frame = new ByteWriter(bytes.length + 16);
  frame.varint(bytes.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32c(bytes));
  frame.bytes(checksum);
  frame.bytes(bytes);
  return frame.view();
}

function writeLabels(into: ProtobufWriter, labels: Labels): void {
  const label = new ProtobufWriter();
  for (const [name, value] of labels) {
    label.reset();
    label.string(1, name);
    label.string(2, value);
    into.bytes(1, label.view());
  }
}
