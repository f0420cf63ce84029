import { assert } from '@tidemark/base';
import { codecKernel, isBeside } from '../kernel/codec-kernel.ts';
import { CHUNK_SAMPLES_MAX, CODEC_SAMPLES_MAX } from '../limits.ts';
import type { TimeRange } from '../model/time-range.ts';
import { ColumnBuffer, lowerBound } from './columns.ts';
import { decodeGorilla } from './gorilla.ts';

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
 *   'own times'      times:varint (their bytes)  times  values        in the head
 *   'shared times'   values, told against those of `root` or not      in a block
 *   'gorilla'        what blocks of version 1 hold
 */
export type Chunk = Extent &
  Span &
  ({ readonly form: 'own times' | 'gorilla' } | { readonly form: 'shared times'; readonly times: SharedTimes; readonly root: Span | null });

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
}

/** `count` samples of columns, the times from `timesAt`, the values from `valuesAt` on. Its bytes are a view: valid until the next call. */
export function encodeChunk(times: Float64Array, timesAt: number, words: Uint32Array, valuesAt: number, count: number): Chunk {
  assert(count > 0 && count <= CHUNK_SAMPLES_MAX, 'a chunk has samples, and not too many');
  const kernel = codecKernel();
  kernel.times.set(times.subarray(timesAt, timesAt + count));
  kernel.words.set(words.subarray(2 * valuesAt, 2 * (valuesAt + count)));
  const encodedTimes = kernel.encodeTimes(count);
  assert(encodedTimes !== null, 'times must rise');
  let at = 0;
  for (let rest = encodedTimes.length; ; rest >>>= 7) {
    encoded[at++] = rest < 0x80 ? rest : (rest & 0x7f) | 0x80;
    if (rest < 0x80) break;
  }
  encoded.set(encodedTimes, at);
  at += encodedTimes.length;
  const encodedValues = kernel.encodeValues(count);
  encoded.set(encodedValues, at);
  const to = at + encodedValues.length;
  return { form: 'own times', bytes: encoded, from: 0, to, minMs: times[timesAt], maxMs: times[timesAt + count - 1], count };
}

/** The whole chunk, valid until the next call. Throws `RangeError` when it is damaged, or not what is known of it. */
export function decodeChunk(chunk: Chunk): DecodedChunk {
  switch (chunk.form) {
    case 'gorilla':
      return decodeVersion1(chunk);
    case 'own times':
      decodeOwnTimes(chunk, 0);
      return decoded(codecKernel().times, chunk.count);
    case 'shared times': {
      const times = decodeSharedTimes(chunk.times);
      decodeSharedValues(chunk, 0);
      return decoded(times, chunk.count);
    }
  }
}

/** Merges the samples of `range` into `into`, those of earlier chunks counting where a time is in several. */
export function readChunks(chunks: readonly Chunk[], range: TimeRange, into: ColumnBuffer): void {
  let filled = 0;
  let filledToMs = Number.NEGATIVE_INFINITY;
  const merge = (): void => {
    if (filled > 0) mergeSpan(decoded(codecKernel().times, filled), range, into);
    filled = 0;
  };
  for (const chunk of chunks) {
    if (chunk.maxMs < range.fromMs || chunk.minMs > range.toMs) continue;
    if (chunk.form !== 'own times') {
      merge();
      mergeSpan(decodeChunk(chunk), range, into);
      continue;
    }
    // Fast path: chunks behind each other are decoded behind each other.
    if (chunk.minMs <= filledToMs || filled + chunk.count > CODEC_SAMPLES_MAX) merge();
    decodeOwnTimes(chunk, filled);
    filled += chunk.count;
    filledToMs = chunk.maxMs;
  }
  merge();
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

/** Into the kernel's columns, from position `at` on. */
function decodeOwnTimes(chunk: Chunk, at: number): void {
  const { bytes, from, to, count, minMs, maxMs } = chunk;
  let timesFrom = from;
  let timesBytes = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[timesFrom++];
    timesBytes |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  const valuesFrom = timesFrom + timesBytes;
  const kernel = codecKernel();
  kernel.decodeTimes(bytes, timesFrom, valuesFrom, count, minMs, maxMs, at);
  kernel.decodeValues(bytes, valuesFrom, to, count, at);
}

function mergeSpan({ times, values, length }: DecodedChunk, range: TimeRange, into: ColumnBuffer): void {
  const [from, to] = spanOf(times, 0, length, range);
  into.merge(times, values, from, to);
}

/** To the codec's column of values from position `at` on; returns that column, valid until the next call. */
export function decodeSharedValues(chunk: Chunk & { readonly form: 'shared times' }, at: number): Float64Array {
  if (isBeside(chunk.bytes, chunk.from)) useRoot(chunk.root, chunk.count);
  const kernel = codecKernel();
  kernel.decodeValues(chunk.bytes, chunk.from, chunk.to, chunk.count, at);
  return kernel.values;
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

function useRoot(root: Span | null, count: number): void {
  if (root === null) throw new RangeError('values without their root');
  codecKernel().useRoot(root, root.bytes, root.from, root.to, count);
}

function decodeVersion1(chunk: Chunk): DecodedChunk {
  version1.clear();
  decodeGorilla(version1, chunk.bytes, chunk.from, chunk.to);
  const { times, length } = version1;
  if (length !== chunk.count || times[0] !== chunk.minMs || times[length - 1] !== chunk.maxMs)
    throw new RangeError('a chunk that is not its description');
  return version1;
}

function decoded(times: Float64Array, length: number): DecodedChunk {
  const { values, words } = codecKernel();
  return { times, values, words, length };
}

/** Worst case: values as bits, and times as well. */
const encoded = new Uint8Array(64 + 20 * CHUNK_SAMPLES_MAX);
const version1 = new ColumnBuffer(CHUNK_SAMPLES_MAX);
