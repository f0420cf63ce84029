/**
 * The file `durable`: how far each partition is on disk. The writer overwrites it in place after each `fdatasync`;
 * readers, in whatever process, believe nothing beyond it, so they never see a record that a crash could take back.
 *
 *   magic u32 │ for each partition: segment's first offset u64, its durable bytes u64, end offset u64 │ CRC-32C u32
 *
 * It is not synced itself: after a machine's crash it may be old, never ahead, and the next writer renews it.
 */
import { crc32c } from '@tidemark/base';
import type { OpenFile } from '@tidemark/base/files';
import { readU64, writeU64 } from './frame.ts';

export interface DurableEnd {
  /** The segment that is being written, by its first offset. */
  readonly segment: number;
  /** Its bytes that are durable; the frame of `end` will begin there. */
  readonly bytes: number;
  /** The offset of the next record. */
  readonly end: number;
}

const MAGIC = 0x31444d54; // TMD1
const ENTRY_BYTES = 24;

export function encodeDurable(ends: readonly DurableEnd[], salt: number): Buffer {
  const bytes = Buffer.alloc(8 + ends.length * ENTRY_BYTES);
  bytes.writeUInt32LE(MAGIC, 0);
  ends.forEach((entry, i) => {
    writeU64(bytes, 4 + i * ENTRY_BYTES, entry.segment);
    writeU64(bytes, 12 + i * ENTRY_BYTES, entry.bytes);
    writeU64(bytes, 20 + i * ENTRY_BYTES, entry.end);
  });
  bytes.writeUInt32LE(crc32c(bytes, 0, bytes.length - 4, salt), bytes.length - 4);
  return bytes;
}

/**
 * Null when the bytes are not whole: read in the middle of a write, or left so by a crash. May have fewer partitions than
 * the log, which has grown: nothing is in those that it does not have.
 */
export function decodeDurable(bytes: Buffer, partitions: number, salt: number): DurableEnd[] | null {
  const entries = (bytes.length - 8) / ENTRY_BYTES;
  if (!(Number.isInteger(entries) && entries >= 1 && entries <= partitions) || bytes.readUInt32LE(0) !== MAGIC) return null;
  if (bytes.readUInt32LE(bytes.length - 4) !== crc32c(bytes, 0, bytes.length - 4, salt)) return null;
  return Array.from({ length: partitions }, (_, i) =>
    i >= entries
      ? NOTHING_DURABLE
      : {
          segment: readU64(bytes, 4 + i * ENTRY_BYTES),
          bytes: readU64(bytes, 12 + i * ENTRY_BYTES),
          end: readU64(bytes, 20 + i * ENTRY_BYTES),
        },
  );
}

/** Until a writer vouches for more. */
const NOTHING_DURABLE: DurableEnd = { segment: 0, bytes: 0, end: 0 };

/** Is the file one of a log with more partitions? */
export function hasMorePartitions(file: OpenFile, partitions: number): boolean {
  return file.readNow(new Uint8Array(1), 8 + partitions * ENTRY_BYTES) > 0;
}

/** One look at an open file; it is in memory, so this takes microseconds. */
export function readDurable(file: OpenFile, partitions: number, salt: number): DurableEnd[] | null {
  const bytes = Buffer.alloc(8 + partitions * ENTRY_BYTES);
  const length = file.readNow(bytes, 0);
  return decodeDurable(bytes.subarray(0, length), partitions, salt);
}
