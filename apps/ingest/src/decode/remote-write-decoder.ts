/**
 * Remote write from a body as sent to columns, series by number.
 *
 * The kernel reads what senders send; strings exist only the first time that a series is seen. Whatever it leaves (broken
 * bytes, series that are refused, native histograms, very large requests) the plain decoder reads, so that it alone says what is wrong.
 */
import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '@tidemark/base';
import { type Malformed, type SnappyResult, snappyDecompress } from '@tidemark/base/wire';
import { type IngestFeatures, NO_FEATURES } from '../features.ts';
import { RemoteWriteKernel, type RemoteWriteVersion } from '../kernel/remote-write-kernel.ts';
import { DECOMPRESSED_BYTES_MAX, SERIES_TABLE_MAX } from '../limits.ts';
import { readExemplars } from './exemplars.ts';
import type { DecodedSamples } from './incoming-columns.ts';
import { KernelMetadata } from './kernel-metadata.ts';
import { KernelSeries } from './kernel-series.ts';
import { KernelTexts } from './kernel-texts.ts';
import { Outgrown } from './outgrown.ts';
import { RemoteWrite1Decoder } from './remote-write-1.ts';
import { RemoteWrite2Decoder } from './remote-write-2.ts';
import { StringCache } from './string-cache.ts';

export type DecodedBody = DecodedSamples | Malformed | (SnappyResult & { readonly kind: 'too_large' });

export interface DecoderOptions {
  readonly clock?: Clock;
  readonly seriesMax?: number;
  readonly features?: IngestFeatures;
}

export class RemoteWriteDecoder {
  readonly #version: RemoteWriteVersion;
  readonly #outgrown: Outgrown;
  readonly #strings = new StringCache();
  readonly #plain: PlainDecoder;
  /** The kernel knows nothing of starts, nor of labels that are not among those of a series. */
  readonly #isPlain: boolean;
  #seen: Seen;

  constructor(version: RemoteWriteVersion, options: DecoderOptions = {}) {
    const { clock = systemClock, seriesMax = SERIES_TABLE_MAX, features = NO_FEATURES } = options;
    this.#version = version;
    this.#outgrown = new Outgrown(clock, seriesMax);
    this.#plain = version === '1.0' ? new RemoteWrite1Decoder(this.#strings) : new RemoteWrite2Decoder(this.#strings, features);
    this.#isPlain = version === '2.0' && (features.startZeros || features.typeAndUnit);
    this.#seen = nothingSeen(version, this.#strings);
  }

  /** `body` is not kept. The answer's columns are valid until the next call. */
  decode(body: Buffer): DecodedBody {
    const decoded = (this.#isPlain ? null : this.#decodeUsual(body)) ?? decodePlain(body, this.#plain);
    return decoded.kind === 'samples' && decoded.exemplars > 0 ? this.#withExemplars(decoded, body) : decoded;
  }

  #withExemplars(decoded: DecodedSamples, body: Buffer): DecodedBody {
    const decompressed = snappyDecompress(body, DECOMPRESSED_BYTES_MAX);
    if (decompressed.kind !== 'bytes') return decompressed;
    const { bytes } = decompressed;
    const exemplars = readExemplars(bytes, this.#version);
    return { ...decoded, batch: { ...decoded.batch, exemplars } };
  }

  /** Null when the request is not for the kernel. */
  #decodeUsual(body: Buffer): DecodedSamples | null {
    // What has been seen is forgotten, and with it series that nobody sends any more.
    const before = this.#seen;
    if (
      this.#outgrown.isOutgrown(before.series.table.size, () => before.kernel.seenSeries()) ||
      before.kernel.isFull ||
      before.metadata.isFull
    ) {
      this.#seen = nothingSeen(this.#version, this.#strings);
    }
    const { kernel, series, metadata } = this.#seen;
    let isUsual = kernel.read(body);
    if (kernel.addedCount > 0) for (const record of kernel.added()) if (!series.learn(record)) isUsual = false;
    const { histograms, exemplars } = kernel;
    if (!isUsual || histograms > 0) return null;
    const { table } = series;
    const batch = { table, ...kernel.columns(), metadata: metadata.said(table) };
    return { kind: 'samples', batch, refused: null, histograms, exemplars };
  }
}

/** A kernel, and what its numbers and addresses stand for. */
interface Seen {
  readonly kernel: RemoteWriteKernel;
  readonly series: KernelSeries;
  readonly metadata: KernelMetadata;
}

function nothingSeen(version: RemoteWriteVersion, strings: StringCache): Seen {
  const seed = randomBytes(8);
  const kernel = new RemoteWriteKernel(version, [seed.readUInt32LE(0), seed.readUInt32LE(4)]);
  const texts = new KernelTexts(kernel);
  return { kernel, series: new KernelSeries(version, kernel, texts, strings), metadata: new KernelMetadata(kernel, texts) };
}

export interface PlainDecoder {
  decode(bytes: Buffer): DecodedSamples | Malformed;
}

export function decodePlain(body: Buffer, decoder: PlainDecoder): DecodedBody {
  const decompressed = snappyDecompress(body, DECOMPRESSED_BYTES_MAX);
  return decompressed.kind === 'bytes' ? decoder.decode(decompressed.bytes) : decompressed;
}
