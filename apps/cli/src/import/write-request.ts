import { ByteWriter } from '@tidemark/base';
import { ProtobufWriter } from '@tidemark/base/wire';
import { isMark, METRIC_TYPES, type MetricMetadata, markedNumber } from '@tidemark/tsdb/model';
import type { SeriesPart } from './source.ts';

/**
 * A request of remote write 2.0 (prometheus.io/docs/specs/prw/remote_write_spec_2_0): texts once, series by the numbers of their texts.
 *
 *   Request    := symbols:4 …  timeseries:5 …
 *   TimeSeries := labels_refs:1 (packed)  samples:2 …  histograms:3 …  metadata:5
 *   Sample     := value:1 double  timestamp:2 int64
 */
export class WriteRequest {
  readonly #symbols = new Map<string, number>([['', 0]]);
  readonly #series = new ProtobufWriter();
  readonly #one = new ProtobufWriter();
  readonly #small = new ProtobufWriter();
  readonly #references = new ByteWriter();
  samples = 0;
  seriesCount = 0;

  get isEmpty(): boolean {
    return this.seriesCount === 0;
  }

  /** The samples from `from` on, up to `to`. */
  add({ labels, times, values, histograms = [] }: SeriesPart, from: number, to: number, metadata: MetricMetadata | undefined): void {
    const one = this.#one;
    one.reset();
    this.#references.reset();
    for (const text of labels.pairs) this.#references.varint(this.#numberOf(text));
    one.bytes(1, this.#references.view());
    const sample = this.#small;
    const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
    for (let i = from; i < to; i++) {
      const high = words[2 * i + 1];
      if (isMark(high)) {
        one.bytes(3, histograms[markedNumber(high, words[2 * i])]);
        continue;
      }
      sample.reset();
      sample.double(1, values, i);
      sample.int64(2, times[i]);
      one.bytes(2, sample.view());
    }
    if (metadata !== undefined) this.#addMetadata(one, metadata);
    this.#series.bytes(5, one.view());
    this.samples += to - from;
    this.seriesCount++;
  }

  /** What was added so far; then it is empty. */
  take(): Uint8Array {
    const symbols = new ProtobufWriter();
    for (const text of this.#symbols.keys()) symbols.string(4, text);
    const request = Buffer.concat([symbols.view(), this.#series.view()]);
    this.#symbols.clear();
    this.#symbols.set('', 0);
    this.#series.reset();
    this.samples = 0;
    this.seriesCount = 0;
    return request;
  }

  #addMetadata(one: ProtobufWriter, { type, help, unit }: MetricMetadata): void {
    const metadata = this.#small;
    metadata.reset();
    metadata.int64(1, METRIC_TYPES.indexOf(type));
    metadata.int64(3, this.#numberOf(help));
    metadata.int64(4, this.#numberOf(unit));
    one.bytes(5, metadata.view());
  }

  #numberOf(text: string): number {
    let number = this.#symbols.get(text);
    if (number === undefined) {
      number = this.#symbols.size;
      this.#symbols.set(text, number);
    }
    return number;
  }
}
