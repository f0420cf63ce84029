import { BigEndianReader, checked } from './big-endian.ts';

export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * What has been deleted from a Prometheus block and is still in its chunks (prometheus/tsdb/docs/format/tombstones.md), by series:
 *
 *   magic:u32 0x0130BA30  version:u8 1  (series:uvarint from:varint to:varint)*  crc:u32 of what is after the version
 *
 * Throws `RangeError` on damage.
 */
export function readTombstones(bytes: Buffer): Map<number, Interval[]> {
  const deleted = new Map<number, Interval[]>();
  const header = new BigEndianReader(bytes);
  if (header.u32() !== MAGIC || header.u8() !== 1) throw new RangeError('it does not begin as tombstones of version 1 do');
  const reader = checked(bytes, header.at, bytes.length - header.at - 4);
  while (reader.at < reader.end) {
    const series = reader.uvarint();
    const interval = { fromMs: reader.varint(), toMs: reader.varint() };
    const known = deleted.get(series);
    if (known === undefined) deleted.set(series, [interval]);
    else known.push(interval);
  }
  return deleted;
}

const MAGIC = 0x0130ba30;
