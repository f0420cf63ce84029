/**
 * One record in a segment file; docs/format/log-file.md draws the bytes.
 *
 *   magic u32 │ length u32 │ offset u64 │ time u64 │ payload CRC-32C u32 │ header CRC-32C u32 │ payload
 *
 * The header's checksum begins from the log's own salt, so that no payload can imitate a frame: after damage the
 * next frame is found by looking for the magic and a header that its checksum confirms.
 */
import type { Millis } from '@tidemark/base';
import { crc32c } from '@tidemark/base/kernel';
import { RECORD_BYTES_MAX } from '../limits.ts';

export interface FrameHeader {
  readonly offset: number;
  /** When the writer took the record. */
  readonly timeMs: Millis;
  readonly length: number;
  readonly payloadChecksum: number;
}

export const FRAME_HEADER_BYTES = 32;
/** `TML1`. */
export const FRAME_MAGIC = Buffer.from('TML1', 'latin1');

export function writeFrame(target: Buffer, at: number, salt: number, offset: number, timeMs: Millis, payload: Uint8Array): number {
  FRAME_MAGIC.copy(target, at);
  target.writeUInt32LE(payload.length, at + 4);
  writeU64(target, at + 8, offset);
  writeU64(target, at + 16, timeMs);
  target.writeUInt32LE(crc32c(payload), at + 24);
  target.writeUInt32LE(crc32c(target, at, at + 28, salt), at + 28);
  target.set(payload, at + FRAME_HEADER_BYTES);
  return at + FRAME_HEADER_BYTES + payload.length;
}

/** Null when these bytes are no frame's header. Needs `FRAME_HEADER_BYTES` from `at`. */
export function readFrameHeader(source: Buffer, at: number, salt: number): FrameHeader | null {
  if (source.compare(FRAME_MAGIC, 0, 4, at, at + 4) !== 0) return null;
  if (source.readUInt32LE(at + 28) !== crc32c(source, at, at + 28, salt)) return null;
  const length = source.readUInt32LE(at + 4);
  const offset = readU64(source, at + 8);
  const timeMs = readU64(source, at + 16);
  if (length > RECORD_BYTES_MAX || !Number.isSafeInteger(offset)) return null;
  return { length, offset, timeMs, payloadChecksum: source.readUInt32LE(at + 24) };
}

/** Unsigned, up to 2^53 - 1. */
export function writeU64(target: Buffer, at: number, value: number): void {
  target.writeUInt32LE(value % 0x1_0000_0000, at);
  target.writeUInt32LE(Math.floor(value / 0x1_0000_0000), at + 4);
}

export function readU64(source: Buffer, at: number): number {
  return source.readUInt32LE(at) + source.readUInt32LE(at + 4) * 0x1_0000_0000;
}
