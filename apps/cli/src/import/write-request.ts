import { ByteWriter } from '@tidemark/base';
import { METRIC_TYPES, type MetricMetadata } from '@tidemark/tsdb/model';
import type { SeriesPart } from './source.ts';

/**
 * A request of remote write 2.0 (prometheus.io/docs/specs/prw/remote_write_spec_2_0): texts once, series by the numbers of their texts.
 *
 *   Request    := symbols:4 …  timeseries:5 …
 *   TimeSeries := labels_refs:1 (packed)  samples:2 …  metadata:5
 */
export class WriteRequest {
  readonly #symbols = new Map<string, number>([['', 0]]);
  readonly #series = new ByteWriter(2 ** 18);
  readonly #one = new ByteWriter(2 ** 14);
  readonly #small = new ByteWriter(256);
  samples = 0;
  seriesCount = 0;

  get isEmpty(): boolean {
    return this.seriesCount === 0;
  }

  /** The samples from `from` on, up to `to`. */
  add({ labels, times, values }: SeriesPart, from: number, to: number, metadata: MetricMetadata | undefined): void {
    const one = this.#one;
    one.reset();
    this.#small.reset();
    for (const text of labels.pairs) this.#small.varint(this.#numberOf(text));
    message(one, 1, this.#small.view());
    const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
    for (let i = from; i < to; i++) addSample(one, times[i], words[2 * i], words[2 * i + 1], this.#small);
    if (metadata !== undefined) this.#addMetadata(one, metadata);
    message(this.#series, 5, one.view());
    this.samples += to - from;
    this.seriesCount++;
  }

  /** What was added so far; then it is empty. */
  take(): Uint8Array {
    const out = new ByteWriter(this.#series.length + 32 * this.#symbols.size);
    for (const text of this.#symbols.keys()) {
      out.u8((4 << 3) | 2);
      out.string(text);
    }
    out.bytes(this.#series.view());
    this.#symbols.clear();
    this.#symbols.set('', 0);
    this.#series.reset();
    this.samples = 0;
    this.seriesCount = 0;
    return out.finish();
  }

  #addMetadata(one: ByteWriter, { type, help, unit }: MetricMetadata): void {
    const small = this.#small;
    small.reset();
    number(small, 1, METRIC_TYPES.indexOf(type));
    number(small, 3, this.#numberOf(help));
    number(small, 4, this.#numberOf(unit));
    message(one, 5, small.view());
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

/** `{ value:1 double, timestamp:2 int64 }`; words, so that a NaN keeps its payload. */
function addSample(one: ByteWriter, timeMs: number, low: number, high: number, small: ByteWriter): void {
  small.reset();
  small.u8((1 << 3) | 1);
  small.u32(low);
  small.u32(high);
  small.u8((2 << 3) | 0);
  if (timeMs >= 0) small.varint(timeMs);
  else int64(small, timeMs);
  message(one, 2, small.view());
}

/** Negative: two's complement in ten bytes. */
function int64(out: ByteWriter, value: number): void {
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 0x80n; rest >>= 7n) out.u8(Number(rest & 0x7fn) | 0x80);
  out.u8(Number(rest));
}

function number(out: ByteWriter, field: number, value: number): void {
  out.u8(field << 3);
  out.varint(value);
}

function message(out: ByteWriter, field: number, bytes: Uint8Array): void {
  out.u8((field << 3) | 2);
  out.varint(bytes.length);
  out.bytes(bytes);
}
