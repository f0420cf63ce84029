/** A record's exemplars (docs/format/record.md). Those of whose series a lost record had announced a text are left out. Throws `RangeError` only. */
import type { ByteReader, Millis } from '@tidemark/base';
import { type AnnouncedTexts, compareNames, type Exemplar, Labels, type TenantTables, TIME_MS_MAX } from '@tidemark/tsdb/model';
import { check, readCount } from './read-record.ts';

export function readExemplars(reader: ByteReader, acceptedAtMs: Millis, tables: TenantTables, texts: AnnouncedTexts): Exemplar[] {
  const count = readCount(reader);
  const exemplars: Exemplar[] = [];
  for (let i = 0; i < count; i++) {
    const series = readTexts(reader, () => readReference(reader, tables, texts));
    const timeMs = acceptedAtMs + reader.zigzag();
    check(Math.abs(timeMs) <= TIME_MS_MAX, `time ${timeMs}`);
    const value = reader.f64();
    const labels = labelsOf(readTexts(reader, () => reader.string()) as string[]);
    if (series.includes(undefined)) continue;
    check(series.length > 0, 'series without labels');
    exemplars.push({ series: labelsOf(series as string[]), labels, timeMs, value });
  }
  return exemplars;
}

/** Name, value, name, value … */
function readTexts(reader: ByteReader, read: () => string | undefined): (string | undefined)[] {
  const size = readCount(reader);
  return Array.from({ length: 2 * size }, read);
}

/** Undefined when it is lost. */
function readReference(reader: ByteReader, tables: TenantTables, { base, added }: AnnouncedTexts): string | undefined {
  const number = reader.varint();
  check(number < base + added.length, `string ${number} of ${base + added.length}`);
  return number >= base ? added[number - base] : tables.text(number);
}

function labelsOf(pairs: readonly string[]): Labels {
  for (let at = 0; at < pairs.length; at += 2) {
    check(pairs[at] !== '' && pairs[at + 1] !== '', 'empty label');
    check(at === 0 || compareNames(pairs[at - 2], pairs[at]) < 0, 'labels out of order');
  }
  return Labels.fromSortedPairs(pairs);
}
