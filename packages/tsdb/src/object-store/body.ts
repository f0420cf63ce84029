import { crc32 } from 'node:zlib';
import type { ReadableFile } from '../block/block-files.ts';
import { OBJECT_READ_BYTES } from '../limits.ts';
import type { ObjectBody } from './object-store.ts';

export function bodyOf(bytes: Uint8Array): ObjectBody {
  return { bytes: bytes.length, crc32: crc32(bytes), read: async (at, count) => bytes.subarray(at, at + count) };
}

/** Reads all of the file once, for its checksum. `breathe` is awaited between two reads. */
export async function bodyOfFile(file: ReadableFile, breathe: () => Promise<void>): Promise<ObjectBody> {
  const bytes = await file.size();
  const read = async (at: number, count: number): Promise<Uint8Array> => {
    const part = new Uint8Array(count);
    if ((await file.read(part, at)) < count) throw new RangeError('the file ends too early');
    return part;
  };
  let crc = 0;
  for (let at = 0; at < bytes; at += OBJECT_READ_BYTES) {
    crc = crc32(await read(at, Math.min(OBJECT_READ_BYTES, bytes - at)), crc);
    await breathe();
  }
  return { bytes, crc32: crc, read };
}
