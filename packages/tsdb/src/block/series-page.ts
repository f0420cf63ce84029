import type { Labels } from '../model/labels.ts';
import type { Section } from './format.ts';
import type { ColumnEntry, RunEntry } from './run-entry.ts';

/**
 * A page of the index with some series. Nothing in it refers to another page but by number. What is alike lies together, so that deflating
 * finds it; of values of labels, most are those of the series before.
 *
 *   series page := at:varint
 *                  shapes:varint  (names:varint name:string{names}){shapes}        names of labels that series have
 *                  values:varint  value:string{values}                             each when it first comes
 *                  shape:varint{series}  pick:varint{labels of all series}
 *                  gap:varint{series}  column:zigzag{series}  root:varint{series}
 *                  chunks:varint{series}  bytes:varint{chunks of all series}
 *                  crc:u32{stretches}
 *
 * pick: 0 the next value that has not come yet; 1 that of the series before, at the same position; else 2 more than how far back it is among those
 * that have come. `column` is the difference to that of the series before. `at` is where in the chunks section the first one's gap begins; `gap`
 * is how many bytes lie between the one before and this one. A stretch is what is read and checked together: it ends with the series that
 * makes it `STRETCH_BYTES` long, or with the page; its checksum is of all bytes from its first series' values on.
 */
export const SERIES_PER_PAGE = 512;

/** Before version 8 of blocks. */
export const SERIES_PER_OLDER_PAGE = 256;

/** Read and checked in two microseconds, for whoever wants one series of it. */
export const STRETCH_BYTES = 4096;

/** What a pick may be: see above. */
export const NEXT = 0;
export const AS_BEFORE = 1;
export const BACK = 2;

export interface SeriesPage {
  labels(id: number): Labels;
  /** Throws `RangeError` on damage. */
  placed(id: number): PlacedValues;
}

export interface PlacedValues {
  /** From the start of the chunks section. */
  readonly at: number;
  readonly column: number;
  /** How many series before this one the root is, or 0. */
  readonly rootBack: number;
  /** Of each chunk. */
  readonly bytes: readonly number[];
  readonly checked: Section;
}

/** What the index says of a series' samples. Throws `RangeError` when the two do not belong together. */
export function runOf(id: number, { at, rootBack, bytes, checked }: PlacedValues, column: ColumnEntry): RunEntry {
  if (bytes.length !== column.chunks.length) throw new RangeError('a series with other chunks than its times');
  const chunks = column.chunks.map(({ minMs, maxMs, count }, i) => ({ minMs, maxMs, count, bytes: bytes[i] }));
  const total = bytes.reduce((sum, count) => sum + count, 0);
  return { at, bytes: total, checked, chunks, column, root: rootBack === 0 ? null : id - rootBack };
}
