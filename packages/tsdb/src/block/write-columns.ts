import { createHash } from 'node:crypto';
import { assert, ByteWriter } from '@tidemark/base';
import type { DecodedChunk } from '../codec/chunk.ts';
import { codecKernel } from '../kernel/codec-kernel.ts';
import { BLOCK_CHUNK_SAMPLES_MAX, COLUMNS_KNOWN_MAX } from '../limits.ts';
import type { ChunkEntry } from './run-entry.ts';

/** Both are views: valid until the next call. */
export interface EncodedTimes {
  readonly bytes: Uint8Array;
  readonly chunks: readonly ChunkEntry[];
}

export interface EncodedValues {
  readonly bytes: Uint8Array;
  readonly chunkBytes: readonly number[];
}

/** The times of a series, cut into chunks as a block has them. */
export function encodeTimes(samples: DecodedChunk): EncodedTimes {
  const kernel = codecKernel();
  timesBytes.reset();
  const chunks = cuts(samples.length).map(({ from, to }): ChunkEntry => {
    kernel.times.set(samples.times.subarray(from, to));
    const bytes = kernel.encodeTimes(to - from);
    assert(bytes !== null, 'times must rise');
    timesBytes.bytes(bytes);
    return { minMs: samples.times[from], maxMs: samples.times[to - 1], count: to - from, bytes: bytes.length };
  });
  return { bytes: timesBytes.view(), chunks };
}

/** The values of a series, cut in the same way. */
export function encodeValues(samples: DecodedChunk): EncodedValues {
  const kernel = codecKernel();
  valuesBytes.reset();
  const chunkBytes = cuts(samples.length).map(({ from, to }) => {
    kernel.words.set(samples.words.subarray(2 * from, 2 * to));
    const bytes = kernel.encodeValues(to - from);
    valuesBytes.bytes(bytes);
    return bytes.length;
  });
  return { bytes: valuesBytes.view(), chunkBytes };
}

/** Which columns of times a block has: the series of one target are scraped together, and share one. */
export class TimesColumns {
  /** By a digest of what the column is, in order of use, the oldest first. */
  readonly #numbers = new Map<string, number>();
  #count = 0;

  /** The number of an equal column; null when it is new, and then it has the next number, 1 for the first. */
  numberOf(times: EncodedTimes): number | null {
    const digest = digestOf(times);
    const known = this.#numbers.get(digest);
    this.#numbers.delete(digest);
    this.#numbers.set(digest, known ?? ++this.#count);
    if (this.#numbers.size > COLUMNS_KNOWN_MAX) this.#forgetOldest();
    return known ?? null;
  }

  #forgetOldest(): void {
    for (const oldest of this.#numbers.keys()) {
      this.#numbers.delete(oldest);
      return;
    }
  }
}

function digestOf({ bytes, chunks }: EncodedTimes): string {
  const hash = createHash('sha256');
  hash.update(Float64Array.from(chunks.flatMap(({ minMs, maxMs, count, bytes }) => [minMs, maxMs, count, bytes])));
  return hash.update(bytes).digest('base64');
}

function cuts(length: number): { from: number; to: number }[] {
  return Array.from({ length: Math.ceil(length / BLOCK_CHUNK_SAMPLES_MAX) }, (_, i) => ({
    from: i * BLOCK_CHUNK_SAMPLES_MAX,
    to: Math.min(length, (i + 1) * BLOCK_CHUNK_SAMPLES_MAX),
  }));
}

const timesBytes = new ByteWriter(4096);
const valuesBytes = new ByteWriter(4096);
