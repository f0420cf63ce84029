import { ByteReader } from '@tidemark/base';
import { PRODUCER_BYTES } from '@tidemark/log';

/** Where a record stands in its producer's stream. */
export interface RecordHead {
  readonly producer: string;
  readonly epoch: number;
  readonly sequence: number;
}

export function readRecordHead(bytes: Uint8Array): RecordHead {
  const reader = new ByteReader(bytes);
  reader.u8();
  const producer = Buffer.from(reader.bytes(PRODUCER_BYTES)).toString('hex');
  return { producer, epoch: reader.varint(), sequence: reader.varint() };
}

/** The offset of the record that byte `at` of a segment belongs to; null when it is none's. */
export function recordAt(segment: Uint8Array, at: number): number | null {
  const bytes = Buffer.from(segment.buffer, segment.byteOffset, segment.length);
  for (let from = bytes.indexOf('TML1'); from >= 0 && from <= at; ) {
    if (from + 32 > bytes.length) return null;
    const to = from + 32 + bytes.readUInt32LE(from + 4);
    if (at < to) return Number(bytes.readBigUInt64LE(from + 8));
    from = bytes.indexOf('TML1', to);
  }
  return null;
}
