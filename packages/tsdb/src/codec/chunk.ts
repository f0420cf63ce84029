import { assert } from '@tidemark/base';
import { codecKernel, isBeside, type RootValues } from '../kernel/codec-kernel.ts';
import { CHUNK_SAMPLES_MAX, CODEC_SAMPLES_MAX } from '../limits.ts';
import type { NativeHistogram } from '../model/native-histogram.ts';
import type { TimeRange } from '../model/time-range.ts';
import { ColumnBuffer, hasMarks, lowerBound } from './columns.ts';
import { decodeGorilla } from './gorilla.ts';
import { areHistograms, decodeHistograms, encodeHistograms } from './histogram-chunk.ts';

/** What is known of some samples of one series without decoding them. */
export interface Extent {
  readonly minMs: number;
  readonly maxMs: number;
  readonly count: number;
}

/** Encoded times that the chunks of several series share. */
export interface SharedTimes extends Extent, Span {
  /** Once one of the chunks has been decoded. */
  decoded: Float64Array | null;
}

/**
 * Samples of one series somewhere in `bytes`. Drawn in docs/format/chunk.md and gorilla.md.
 *
 *   'shared times'   values, told against those of `root` or not
 *   'gorilla'        what blocks of version 1 hold
 */
export type Chunk = Extent &
  Span &
  ({ readonly form: 'gorilla' } | { readonly form: 'shared times'; readonly times: SharedTimes; readonly root: RootValues | null });

/** A stretch of `bytes`. */
export interface Span {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

/** Columns in rising time; what is behind `length` is not theirs. */
export interface DecodedChunk {
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** The words of `values`: low at 2i, high at 2i + 1. */
  readonly words: Uint32Array;
  readonly length: number;
  /** What marks among the values stand for. */
  readonly histograms?: readonly NativeHistogram[];
}

/** `count` samples of columns, from position `at` on, with bytes of its own. */
export function encodeChunk({ times, words, histograms = [] }: Omit<DecodedChunk, 'length' | 'values'>, at: number, count: number): Chunk {
  assert(count > 0 && count <= CODEC_SAMPLES_MAX, 'a chunk has samples, and not too many');
  const kernel = codecKernel();
  kernel.times.set(times.subarray(at, at + count));
  kernel.words.set(words.subarray(2 * at, 2 * (at + count)));
  const extent = { minMs: times[at], maxMs: times[at + count - 1], count };
  const encodedTimes = kernel.encodeTimes(count)?.slice();
  assert(encodedTimes !== undefined, 'times must rise');
  const shared = { ...extent, bytes: encodedTimes, from: 0, to: encodedTimes.length, decoded: null };
  const marked = histograms.length > 0 && hasMarks(words, at, at + count);
  const values = (marked ? encodeHistograms(words, at, at + count, histograms) : kernel.encodeValues(count)).slice();
  return { ...extent, form: 'shared times', bytes: values, from: 0, to: values.length, times: shared, root: null };
}

/** The whole chunk, valid until the next call. Throws `RangeError` when it is damaged, or not what is known of it. */
export function decodeChunk(chunk: Chunk): DecodedChunk {
  if (chunk.form === 'gorilla') return decodeVersion1(chunk);
  const times = decodeSharedTimes(chunk.times);
  if (areHistograms(chunk)) {
    const { values, words, histograms } = decodeHistograms(chunk.bytes, chunk.from, chunk.to, chunk.count);
    return { times, values, words, length: chunk.count, histograms };
  }
  if (isBeside(chunk)) useRoot(chunk.root, chunk.count);
  const kernel = codecKernel();
  kernel.decodeValues(chunk.bytes, chunk.from, chunk.to, chunk.count);
  const { values, words } = kernel;
  return { times, values, words, length: chunk.count };
}

/** Merges the samples of `range` into `into`, those of earlier chunks counting where a time is in several. */
export function readChunks(chunks: readonly Chunk[], range: TimeRange, into: ColumnBuffer): void {
  for (const chunk of chunks) {
    if (chunk.maxMs < range.fromMs || chunk.minMs > range.toMs) continue;
    const { times, values, length, histograms } = decodeChunk(chunk);
    const [from, to] = spanOf(times, 0, length, range);
    into.merge(times, values, from, to, histograms);
  }
}

/** Has it a sample in `range`? Decodes only when the range lies between its ends. */
export function chunkHasSamples(chunk: Chunk, range: TimeRange): boolean {
  if (chunk.maxMs < range.fromMs || chunk.minMs > range.toMs) return false;
  if (chunk.minMs >= range.fromMs || chunk.maxMs <= range.toMs) return true;
  const { times, length } = decodeChunk(chunk);
  return times[lowerBound(times, 0, length, range.fromMs)] <= range.toMs;
}

/** The positions `[first, behind last)` of the times in `range`. */
export function spanOf(times: Float64Array, from: number, to: number, range: TimeRange): [number, number] {
  const first = lowerBound(times, from, to, range.fromMs);
  return [first, lowerBound(times, first, to, range.toMs + 1)];
}

/** To the codec's run from position `at` on. */
export function decodeToRun(chunk: Chunk & { readonly form: 'shared times' }, at: number): void {
  if (isBeside(chunk)) useRoot(chunk.root, chunk.count);
  codecKernel().decodeToRun(chunk.bytes, chunk.from, chunk.to, chunk.count, at);
}

/** Decodes them when they have not been: then it uses the kernel. */
export function decodeSharedTimes(shared: SharedTimes): Float64Array {
  if (shared.decoded === null) {
    const kernel = codecKernel();
    kernel.decodeTimes(shared.bytes, shared.from, shared.to, shared.count, shared.minMs, shared.maxMs);
    shared.decoded = kernel.times.slice(0, shared.count);
  }
  return shared.decoded;
}

function useRoot(root: RootValues | null, count: number): void {
  if (root === null) throw new RangeError('values without their root');
  codecKernel().useRoot(root, count);
}

function decodeVersion1(chunk: Chunk): DecodedChunk {
  version1.clear();
  decodeGorilla(version1, chunk.bytes, chunk.from, chunk.to);
  const { times, length } = version1;
  if (length !== chunk.count || times[0] !== chunk.minMs || times[length - 1] !== chunk.maxMs)
    throw new RangeError('a chunk that is not its description');
  return version1;
}

const version1 = new ColumnBuffer(CHUNK_SAMPLES_MAX);
