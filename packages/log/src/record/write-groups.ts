/** A record's samples as bytes, in plain TypeScript: what the kernel's encoder is held against. */
import type { ByteWriter } from '@tidemark/base';
import { TimeGroups } from './group-by-time.ts';
import { ValuePacker } from './packed-values.ts';

export interface GroupColumns {
  readonly numbers: Uint32Array;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

export function writeGroups(record: ByteWriter, { numbers, timesMs, values }: GroupColumns, count: number, acceptedAtMs: number): void {
  const groups = new TimeGroups();
  const packer = new ValuePacker();
  groups.group(timesMs, count);
  record.varint(groups.ends.length);
  record.varint(count);
  let previousMs = acceptedAtMs;
  let from = 0;
  for (let group = 0; group < groups.ends.length; group++) {
    const timeMs = groups.timesMs[group];
    const to = groups.ends[group];
    record.zigzag(timeMs - previousMs);
    record.varint(to - from);
    writeRuns(record, numbers, groups.positions, from, to);
    record.bytes(packer.pack(values, groups.positions, from, to));
    previousMs = timeMs;
    from = to;
  }
}

/** Numbers that follow each other are a run: how far it begins from the end of the one before it, and its length. */
function writeRuns(record: ByteWriter, numbers: Uint32Array, positions: Uint32Array, from: number, to: number): void {
  let end = 0;
  for (let i = from; i < to; ) {
    const first = numbers[positions[i]];
    let next = first + 1;
    for (i++; i < to && numbers[positions[i]] === next; i++) next++;
    record.zigzag(first - end);
    record.varint(next - first);
    end = next;
  }
}
