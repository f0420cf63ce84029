/** A record's samples as version 1 wrote them: rising runs of series numbers, and values of eight bytes. */
import type { ByteReader } from '@tidemark/base';
import type { SampleGroup } from '@tidemark/tsdb/model';
import { TIME_MS_MAX } from '@tidemark/tsdb/model';
import { TABLE_NUMBER_MAX } from '../limits.ts';
import { check, readCount } from './read-record.ts';

/** `announced`: series numbers are below it. */
export function readGroups1(reader: ByteReader, acceptedAtMs: number, announced: number): SampleGroup[] {
  const count = readCount(reader);
  const groups: SampleGroup[] = [];
  let timeMs = acceptedAtMs;
  for (let i = 0; i < count; i++) {
    timeMs += reader.zigzag();
    check(Math.abs(timeMs) <= TIME_MS_MAX, `time ${timeMs}`);
    const numbers = readRuns1(reader);
    check(numbers.length > 0 && numbers[numbers.length - 1] < announced, 'series number that was never announced');
    groups.push({ timeMs, numbers, values: reader.f64s(numbers.length) });
  }
  return groups;
}

function readRuns1(reader: ByteReader): Uint32Array {
  const runCount = readCount(reader);
  const starts: number[] = [];
  const lengths: number[] = [];
  let total = 0;
  let end = 0;
  for (let run = 0; run < runCount; run++) {
    const gap = reader.varint();
    const length = reader.varint();
    check(length > 0 && (run === 0 || gap > 0), 'runs that should be one');
    starts.push(end + gap);
    lengths.push(length);
    end += gap + length;
    total += length;
    check(end <= TABLE_NUMBER_MAX, `series number ${end}`);
  }
  check(total * 8 <= reader.remaining, `${total} values in ${reader.remaining} bytes`);
  const numbers = new Uint32Array(total);
  let at = 0;
  for (let run = 0; run < runCount; run++) for (let i = 0; i < lengths[run]; i++) numbers[at++] = starts[run] + i;
  return numbers;
}
