import { promisify } from 'node:util';
import { constants, deflateRaw, deflateRawSync, inflateRaw, inflateRawSync } from 'node:zlib';
import { ByteReader, ByteWriter } from '@tidemark/base';
import { DEFLATE_AT_ONCE_BYTES_MAX } from '../limits.ts';

/**
 * A section of the index, deflated (RFC 1951): names and neighbouring entries are alike. Another thread does the work, unless
 * there is so little of it that handing it over takes longer.
 *
 *   section := bytes:varint  stream          bytes of what the stream gives
 */
export async function deflated(section: Uint8Array): Promise<Uint8Array> {
  const stream = section.length <= DEFLATE_AT_ONCE_BYTES_MAX ? deflateRawSync(section) : await promisify(deflateRaw)(section);
  const out = new ByteWriter(stream.length + 5);
  out.varint(section.length);
  out.bytes(stream);
  return out.finish();
}

/** Rejects with `RangeError` on damage. */
export async function inflated(bytes: Uint8Array): Promise<Uint8Array> {
  const reader = new ByteReader(bytes);
  const length = reader.varint();
  if (length > (bytes.length + 1) * RATIO_MAX) throw new RangeError('a section longer than its bytes can give');
  const stream = reader.bytes(reader.remaining);
  const section = await inflate(stream, length).catch(() => null);
  if (section?.length !== length) throw new RangeError('a section that does not inflate to what it should');
  return section;
}

async function inflate(stream: Uint8Array, length: number): Promise<Uint8Array> {
  const options = { maxOutputLength: Math.max(1, length), finishFlush: constants.Z_FINISH };
  return length <= DEFLATE_AT_ONCE_BYTES_MAX ? inflateRawSync(stream, options) : promisify(inflateRaw)(stream, options);
}

/** Deflate cannot shrink more. */
const RATIO_MAX = 1032;
