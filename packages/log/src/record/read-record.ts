/**
 * The parts of a record, in the order of their bytes (docs/format/record.md). Each checks what the encoder promises and
 * changes nothing; what is wrong throws `RangeError`, which the decoder turns into damage with its place.
 */
import type { ByteReader } from '@tidemark/base';
import { compareNames, Labels, METRIC_TYPES, type MetricMetadata } from '@tidemark/tsdb/model';
import { TABLE_NUMBER_MAX } from '../limits.ts';
import type { Announced, TenantTables } from './tenant-tables.ts';

export function readStrings(reader: ByteReader, tables: TenantTables, isGapless: boolean): Announced<string> {
  const base = readBase(reader, tables.strings.length, isGapless);
  const count = readCount(reader);
  const added: string[] = [];
  for (let i = 0; i < count; i++) added.push(reader.string());
  return { base, added };
}

/** A series with a lost string is `Labels.EMPTY`, which is no series. */
export function readSeries(reader: ByteReader, tables: TenantTables, strings: Announced<string>, isGapless: boolean): Announced<Labels> {
  const base = readBase(reader, tables.labels.length, isGapless);
  const count = readCount(reader);
  const stringsEnd = strings.base + strings.added.length;
  const textOf = (reference: number): string | undefined => {
    check(reference < stringsEnd, `string ${reference} of ${stringsEnd}`);
    return reference >= strings.base ? strings.added[reference - strings.base] : tables.strings[reference];
  };
  const added: Labels[] = [];
  for (let i = 0; i < count; i++) {
    const size = readCount(reader);
    check(size > 0, 'series without labels');
    const pairs: string[] = [];
    let isWhole = true;
    for (let label = 0; label < size * 2; label++) {
      const text = textOf(reader.varint());
      if (text === undefined) isWhole = false;
      else pairs.push(text);
    }
    if (isWhole) checkPairs(pairs);
    added.push(isWhole ? Labels.fromSortedPairs(pairs) : Labels.EMPTY);
  }
  return { base, added };
}

function checkPairs(pairs: readonly string[]): void {
  for (let i = 0; i < pairs.length; i += 2) {
    check(pairs[i] !== '' && pairs[i + 1] !== '', 'empty label');
    check(i === 0 || compareNames(pairs[i - 2], pairs[i]) < 0, 'labels out of order');
  }
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
function readBase(reader: ByteReader, tableLength: number, isGapless: boolean): number {
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
  check(count <= reader.remaining, `${count} items in ${reader.remaining} bytes`);
  return count;
}

export function check(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new RangeError(reason);
}
