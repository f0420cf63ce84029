/**
 * A record's samples in plain TypeScript: columns for all of them, of which each group is a part. The kernel leaves to it what is
 * broken, and it says what; and records that are larger than ours.
 */
import type { ByteReader } from '@tidemark/base';
import type { SampleGroup } from '@tidemark/tsdb/model';
import { TIME_MS_MAX } from '@tidemark/tsdb/model';
import { unpackValues } from './packed-values.ts';
import { check, readCount } from './read-record.ts';

/** `announced`: series numbers are below it. */
export function readGroups(reader: ByteReader, acceptedAtMs: number, announced: number): SampleGroup[] {
  const groupCount = readCount(reader);
  const count = reader.varint();
  // Half a byte for each at least, so a wrong count allocates little.
  check(count <= 2 * reader.remaining, `${count} samples in ${reader.remaining} bytes`);
  const numbers = new Uint32Array(count);
  const values = new Float64Array(count);
  const groups: SampleGroup[] = [];
  let timeMs = acceptedAtMs;
  let from = 0;
  for (let group = 0; group < groupCount; group++) {
    timeMs += reader.zigzag();
    check(Math.abs(timeMs) <= TIME_MS_MAX, `time ${timeMs}`);
    const size = reader.varint();
    check(size > 0 && size <= count - from, `${size} of ${count - from} samples`);
    const to = from + size;
    readRuns(reader, numbers, from, to, announced);
    reader.bytes(unpackValues(reader.rest(), size, values, from));
    groups.push({ timeMs, numbers: numbers.subarray(from, to), values: values.subarray(from, to) });
    from = to;
  }
  check(from === count, `${from} of ${count} samples`);
  return groups;
}

function readRuns(reader: ByteReader, numbers: Uint32Array, from: number, to: number, announced: number): void {
  let end = 0;
  for (let at = from; at < to; ) {
    const first = end + reader.zigzag();
    const length = reader.varint();
    check(length > 0 && length <= to - at, `a run of ${length} in ${to - at} samples`);
    end = first + length;
    check(first >= 0 && end <= announced, 'series number that was never announced');
    for (let number = first; number < end; number++) numbers[at++] = number;
  }
}
