/**
 * Remote write from a body as sent to columns, series by number.
 *
 * The kernel reads what senders send; strings exist only the first time that a series is seen. Whatever it leaves (broken
 * bytes, series that are refused, metadata, very large requests) the plain decoder reads, so that it alone says what is wrong.
 */
import { randomBytes } from 'node:crypto';
import { assert } from '@tidemark/base';
import { Labels } from '@tidemark/tsdb/model';
import { type NewSeries, RemoteWriteKernel } from '../kernel/remote-write-kernel.ts';
import { DECOMPRESSED_BYTES_MAX, SERIES_TABLE_MAX } from '../limits.ts';
import { type CheckedLabels, checkLabels } from './check-labels.ts';
import type { DecodedSamples } from './incoming-columns.ts';
import { type Malformed, MalformedError } from './malformed.ts';
import { RemoteWrite1Decoder, readLabels1 } from './remote-write-1.ts';
import { StringCache } from './series-cache.ts';
import { type SnappyResult, snappyDecompress } from './snappy.ts';

export type DecodedBody = DecodedSamples | Malformed | (SnappyResult & { readonly kind: 'too_large' });

export class RemoteWriteDecoder {
  readonly #strings = new StringCache();
  readonly #plain = new RemoteWrite1Decoder(this.#strings);
  readonly #seriesMax: number;
  #kernel = newKernel();
  #labels: Labels[] = [];
  #table = { labels: this.#labels };

  constructor({ seriesMax = SERIES_TABLE_MAX } = {}) {
    this.#seriesMax = seriesMax;
  }

  /** `body` is not kept. */
  decode(body: Buffer): DecodedBody {
    return this.#decodeUsual(body) ?? decodePlain(body, this.#plain);
  }

  /** Null when the request is not for the kernel. */
  #decodeUsual(body: Buffer): DecodedSamples | null {
    if (this.#kernel.isFull || this.#labels.length >= this.#seriesMax) this.#beginAnew();
    const kernel = this.#kernel;
    let isUsual = kernel.read(body);
    for (const series of kernel.added()) if (!this.#learn(series)) isUsual = false;
    if (!isUsual) return null;
    const { histograms, exemplars } = kernel;
    return { kind: 'samples', batch: { table: this.#table, ...kernel.columns(), metadata: [] }, refused: null, histograms, exemplars };
  }

  /** Gives the kernel's next number its labels; false when they are refused. */
  #learn(series: NewSeries): boolean {
    const checked = this.#labelsOf(series);
    if (checked?.kind === 'labels') {
      this.#labels.push(checked.labels);
      return true;
    }
    this.#kernel.refuse(series);
    this.#labels.push(Labels.EMPTY); // No sample will name it.
    return false;
  }

  #labelsOf({ from, to }: NewSeries): CheckedLabels | null {
    try {
      return checkLabels(readLabels1(this.#kernel.message, from, to, this.#strings));
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      return null;
    }
  }

  /** What has been seen is forgotten, and with it series that nobody sends any more. */
  #beginAnew(): void {
    this.#kernel = newKernel();
    this.#labels = [];
    this.#table = { labels: this.#labels };
    assert(!this.#kernel.isFull, 'an empty kernel has room');
  }
}

function newKernel(): RemoteWriteKernel {
  const seed = randomBytes(8);
  return new RemoteWriteKernel([seed.readUInt32LE(0), seed.readUInt32LE(4)]);
}

export function decodePlain(body: Buffer, decoder: { decode(bytes: Buffer): DecodedSamples | Malformed }): DecodedBody {
  const decompressed = snappyDecompress(body, DECOMPRESSED_BYTES_MAX);
  return decompressed.kind === 'bytes' ? decoder.decode(decompressed.bytes) : decompressed;
}
