import { createHash } from 'node:crypto';
import { assert, ByteWriter } from '@tidemark/base';
import type { DecodedChunk } from '../codec/chunk.ts';
import { codecKernel, isDecimals } from '../kernel/codec-kernel.ts';
import { BLOCK_CHUNK_SAMPLES_MAX, COLUMNS_KNOWN_MAX } from '../limits.ts';
import type { Root } from './roots.ts';
import type { ChunkEntry } from './run-entry.ts';

/** `bytes` is a view: valid until the next call. */
export interface EncodedTimes {
  readonly bytes: Uint8Array;
  readonly chunks: readonly ChunkEntry[];
}

export interface EncodedValues {
  readonly chunks: readonly Uint8Array[];
  /** What some of the chunks are told against. */
  readonly root: Root | null;
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

/** The values of a series, cut in the same way, told against the one of `candidates` that makes them shortest, or none. */
export function encodeValues(samples: DecodedChunk, candidates: readonly Root[]): EncodedValues {
  const kernel = codecKernel();
  const alone = cuts(samples.length).map(({ from, to }) => {
    kernel.words.set(samples.words.subarray(2 * from, 2 * to));
    return kernel.encodeValues(to - from, true).slice();
  });
  const root = candidates.length === 0 ? null : chooseRoot(samples, alone, candidates);
  const chunks = root === null ? alone : alone.map((bytes, i) => besideRoot(samples, i, bytes, root));
  return { chunks, root };
}

/** Tries the longest chunk with each. Null when none saves enough to be worth reading. */
function chooseRoot(samples: DecodedChunk, alone: readonly Uint8Array[], candidates: readonly Root[]): Root | null {
  const longest = alone.reduce((most, { length }, i) => (length > alone[most].length ? i : most), 0);
  if (!isDecimals(alone[longest])) return null;
  const kernel = codecKernel();
  const { from, to } = cuts(samples.length)[longest];
  // So that its integers are in the kernel.
  kernel.words.set(samples.words.subarray(2 * from, 2 * to));
  kernel.encodeValues(to - from, true);
  let best: Root | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const root of candidates) {
    const bytes = root.chunks[longest];
    if (!isDecimals(bytes)) continue;
    kernel.useRoot(bytes, bytes, 0, bytes.length, to - from);
    const estimate = kernel.estimateBeside(to - from);
    if (estimate >= least) continue;
    least = estimate;
    best = root;
  }
  if (best === null) return null;
  const bytes = best.chunks[longest];
  kernel.useRoot(bytes, bytes, 0, bytes.length, to - from);
  const beside = kernel.encodeValuesBeside(to - from);
  return beside !== null && beside.length < alone[longest].length * ROOT_SHARE_MAX ? best : null;
}

/** A root saves a tenth, or the series stands alone and may be a root. */
const ROOT_SHARE_MAX = 0.9;

/** Chunk `i` as it is shorter. */
function besideRoot(samples: DecodedChunk, i: number, alone: Uint8Array, root: Root): Uint8Array {
  if (!isDecimals(alone) || !isDecimals(root.chunks[i])) return alone;
  const kernel = codecKernel();
  const { from, to } = cuts(samples.length)[i];
  kernel.useRoot(root.chunks[i], root.chunks[i], 0, root.chunks[i].length, to - from);
  kernel.words.set(samples.words.subarray(2 * from, 2 * to));
  const beside = kernel.encodeValuesBeside(to - from);
  return beside !== null && beside.length < alone.length ? beside.slice() : alone;
}

/** Which columns of times a block has: the series of one target are scraped together, and share one. */
export class TimesColumns {
  /** By a digest of what the column is, in order of use, the oldest first. */
  readonly #numbers = new Map<string, number>();
  #count = 0;

  /** The number of the column in the block, 0 for the first. */
  numberOf(times: EncodedTimes): { number: number; isNew: boolean } {
    const digest = digestOf(times);
    const known = this.#numbers.get(digest);
    const number = known ?? this.#count++;
    this.#numbers.delete(digest);
    this.#numbers.set(digest, number);
    if (this.#numbers.size > COLUMNS_KNOWN_MAX) this.#forgetOldest();
    return { number, isNew: known === undefined };
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
