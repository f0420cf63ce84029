import type { ByteReader } from '@tidemark/base';
import type { IdList } from '../postings/id-list.ts';

/** A list of series as blocks of all versions have it: how many, their bytes, and each by its distance from the one before. */
export function readIds(reader: ByteReader, seriesCount: number): IdList {
  const count = reader.varint();
  reader.varint();
  if (count > seriesCount) throw new RangeError('more series in a list than in the block');
  const ids = new Uint32Array(count);
  let id = 0;
  for (let i = 0; i < count; i++) {
    id += reader.varint();
    if (id >= seriesCount) throw new RangeError('a list names a series that is not there');
    ids[i] = id;
  }
  return ids;
}
