import { crc32 } from 'node:zlib';
import { ByteReader, ByteWriter, CorruptionError } from '@tidemark/base';
import { type Files, writeFileDurably } from '@tidemark/base/files';
import type { ReadableFile } from '../block/block-files.ts';
import { MAGIC } from '../block/format.ts';

/**
 * What stays on this disk of a block that lies in an object store: its two ends, so that it is opened, and what its pages are is known,
 * without asking the store.
 *
 *   header := "TIDEHEAD"  bytes:f64  tailAt:f64  crc:u32  magic:8  tail          crc: CRC-32 of what is behind it
 *
 * `tail` is the block from `tailAt` to its end at `bytes`: directory, meta and footer.
 */
export interface BlockHeader {
  readonly bytes: number;
  readonly tailAt: number;
  readonly magic: Uint8Array;
  readonly tail: Uint8Array;
}

const HEADER_MAGIC = new TextEncoder().encode('TIDEHEAD');
const HEADER_BYTES_MIN = HEADER_MAGIC.length + 8 + 8 + 4 + MAGIC.length;

/** Of a whole block. */
export async function headerOf(block: ReadableFile, tailAt: number): Promise<BlockHeader> {
  const bytes = await block.size();
  const magic = new Uint8Array(MAGIC.length);
  const tail = new Uint8Array(bytes - tailAt);
  await block.read(magic, 0);
  await block.read(tail, tailAt);
  return { bytes, tailAt, magic, tail };
}

export function writeHeader(files: Files, path: string, { bytes, tailAt, magic, tail }: BlockHeader): Promise<void> {
  const out = new ByteWriter(HEADER_BYTES_MIN + tail.length);
  out.bytes(HEADER_MAGIC);
  out.f64(bytes);
  out.f64(tailAt);
  out.u32(crc32(tail, crc32(magic)));
  out.bytes(magic);
  out.bytes(tail);
  return writeFileDurably(files, path, out.finish());
}

/** Rejects with `CorruptionError`, or as the file system does when there is none. */
export async function readHeader(files: Files, path: string): Promise<BlockHeader> {
  const all = await files.read(path);
  const damaged = (reason: string) => new CorruptionError({ file: path, offset: 0, reason });
  if (all.length < HEADER_BYTES_MIN || !HEADER_MAGIC.every((byte, i) => byte === all[i])) throw damaged('it is not the header of a block');
  const reader = new ByteReader(all.subarray(HEADER_MAGIC.length));
  const bytes = reader.f64();
  const tailAt = reader.f64();
  const crc = reader.u32();
  const magic = reader.bytes(MAGIC.length);
  const tail = reader.bytes(reader.remaining);
  if (crc32(tail, crc32(magic)) !== crc || tailAt + tail.length !== bytes) throw damaged('the header fails its checksum');
  return { bytes, tailAt, magic, tail };
}
