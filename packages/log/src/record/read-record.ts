/**
 * The parts of a record, in the order of their bytes (docs/format/record.md). Each checks what the encoder promises and
 * changes nothing; what is wrong throws `RangeError`, which the decoder turns into damage with its place.
 */
import type { ByteReader } from '@tidemark/base';
import { type AnnouncedTexts, METRIC_TYPES, type MetricMetadata, type TenantTables } from '@tidemark/tsdb/model';
import { TABLE_NUMBER_MAX } from '../limits.ts';

export function readStrings(reader: ByteReader, tables: TenantTables, isGapless: boolean): AnnouncedTexts {
  const base = readBase(reader, tables.series.texts.length, isGapless);
  const count = readCount(reader);
  const added: string[] = [];
  for (let i = 0; i < count; i++) added.push(reader.string());
  return { base, added };
}

export function readMetadata(reader: ByteReader): MetricMetadata[] {
  const count = readCount(reader);
  const metadata: MetricMetadata[] = [];
  for (let i = 0; i < count; i++) {
    const family = reader.string();
    const type = METRIC_TYPES[reader.u8()];
    check(type !== undefined, 'metric type');
    metadata.push({ family, type, help: reader.string(), unit: reader.string() });
  }
  return metadata;
}

/** Where a record's announcements begin: the table's end, or beyond it when a record between was lost. */
export function readBase(reader: ByteReader, tableLength: number, isGapless: boolean): number {
  const base = reader.varint();
  check(
    base === tableLength || (!isGapless && base > tableLength && base <= TABLE_NUMBER_MAX),
    `announcements from ${base}, table of ${tableLength}`,
  );
  return base;
}

/** How many items follow; each takes a byte at least, so a wrong count allocates nothing. */
export function readCount(reader: ByteReader): number {
  const count = reader.varint();
  // No `check`: this is read for each series, and the words for the failure would be put together each time.
  if (count > reader.remaining) throw new RangeError(`${count} items in ${reader.remaining} bytes`);
  return count;
}

export function check(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new RangeError(reason);
}
