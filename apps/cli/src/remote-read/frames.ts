import { crc32c } from '@tidemark/base';
import { MalformedError } from '@tidemark/base/wire';
import { FRAME_BYTES_MAX } from '../limits.ts';

/** A streamed answer, frame by frame: `length:uvarint crc:u32 bytes{length}`, the checksum big-endian. Throws `MalformedError`. */
export async function* readFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    for (let frame = firstOf(rest); frame !== null; frame = firstOf(rest)) {
      if (rest.length < frame.end) break;
      const bytes = rest.subarray(frame.from, frame.end);
      if (crc32c(bytes) !== rest.readUInt32BE(frame.from - 4)) throw new MalformedError('a frame of the stream fails its checksum');
      yield bytes;
      rest = rest.subarray(frame.end);
    }
  }
  if (rest.length > 0) throw new MalformedError('the stream ends in the middle of a frame');
}

/** Null when its length is not all there. */
function firstOf(bytes: Buffer): { readonly from: number; readonly end: number } | null {
  let length = 0;
  for (let at = 0, scale = 1; at < bytes.length; at++, scale *= 0x80) {
    length += (bytes[at] & 0x7f) * scale;
    if (length > FRAME_BYTES_MAX || at > 4) throw new MalformedError(`a frame of more than ${FRAME_BYTES_MAX} bytes`);
    if (bytes[at] < 0x80) return { from: at + 5, end: at + 5 + length };
  }
  return null;
}
