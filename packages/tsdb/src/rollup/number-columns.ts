import type { ByteReader, ByteWriter } from '@tidemark/base';
import { codecKernel } from '../kernel/codec-kernel.ts';
import { CODEC_SAMPLES_MAX } from '../limits.ts';

/**
 * Columns of numbers as the block codec has values (docs/format/chunk.md), bit for bit.
 *
 *   numbers := (bytes:varint values){pieces}     4,096 numbers each, the last piece the rest
 */
export function writeNumbers(out: ByteWriter, numbers: Float64Array): void {
  const kernel = codecKernel();
  for (let from = 0; from < numbers.length; from += CODEC_SAMPLES_MAX) {
    const piece = numbers.subarray(from, from + CODEC_SAMPLES_MAX);
    // Zeros take no bytes, whether tokens are tried or not.
    if (piece.every((number) => Object.is(number, 0))) {
      out.varint(0);
      continue;
    }
    kernel.values.set(piece);
    const bytes = kernel.encodeValues(piece.length, piece.length >= TOKENS_MIN);
    out.varint(bytes.length);
    out.bytes(bytes);
  }
}

/** Fewer numbers are tried without tokens: it takes most of the time of making windows, and when they are merged into columns of more it is done. */
const TOKENS_MIN = 64;

/** Throws `RangeError` on damage. */
export function readNumbers(reader: ByteReader, count: number): Float64Array<ArrayBuffer> {
  const kernel = codecKernel();
  // Fast path: of most columns there is one piece.
  if (count > 0 && count <= CODEC_SAMPLES_MAX) {
    const bytes = reader.bytes(reader.varint());
    kernel.decodeValues(bytes, 0, bytes.length, count);
    return kernel.values.slice(0, count);
  }
  const numbers = new Float64Array(count);
  for (let from = 0; from < count; from += CODEC_SAMPLES_MAX) {
    const length = Math.min(CODEC_SAMPLES_MAX, count - from);
    const bytes = reader.bytes(reader.varint());
    kernel.decodeValues(bytes, 0, bytes.length, length);
    numbers.set(kernel.values.subarray(0, length), from);
  }
  return numbers;
}

export function skipNumbers(reader: ByteReader, count: number): void {
  for (let from = 0; from < count; from += CODEC_SAMPLES_MAX) reader.bytes(reader.varint());
}

/** The positions where something is the case. */
export function writePositions(out: ByteWriter, positions: readonly number[]): void {
  out.varint(positions.length);
  let next = 0;
  for (const position of positions) {
    out.varint(position - next);
    next = position + 1;
  }
}

/** All below `end`. Throws `RangeError` on damage. */
export function readPositions(reader: ByteReader, end: number): number[] {
  const positions: number[] = [];
  let next = 0;
  for (let left = reader.varint(); left > 0; left--) {
    const position = next + reader.varint();
    if (position >= end) throw new RangeError('a position that is not there');
    positions.push(position);
    next = position + 1;
  }
  return positions;
}
