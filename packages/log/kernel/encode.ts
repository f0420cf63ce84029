// A record's groups, from columns (docs/format/record.md).
import { BYTES, double, GROUP_ENDS, GROUP_TIMES, NUMBERS, POSITIONS, word } from './memory';
import { groupByTime } from './time-groups';
import { packValues } from './values';
import { writeVarint, writeZigzag } from './varint';

const TIME_MS_MAX: f64 = 2251799813685247; // 2^51 - 1

/** Writes the groups of the first `count` samples to `BYTES`; how many bytes these are, 0 when a time is no integer in range. */
export function encodeGroups(count: u32, acceptedAtMs: f64): u32 {
  const groups = groupByTime(count);
  let at = writeVarint(BYTES, groups);
  at = writeVarint(at, count);
  let before = <i64>acceptedAtMs;
  let from: u32 = 0;
  for (let group: u32 = 0; group < groups; group++) {
    const time = load<f64>(double(GROUP_TIMES, group));
    if (!(abs(time) <= TIME_MS_MAX) || trunc(time) !== time) return 0;
    const timeMs = <i64>time;
    const to = load<u32>(word(GROUP_ENDS, group));
    at = writeZigzag(at, timeMs - before);
    at = writeVarint(at, to - from);
    at = writeRuns(at, from, to);
    at = packValues(at, from, to);
    before = timeMs;
    from = to;
  }
  return <u32>(at - BYTES);
}

/** Numbers that follow each other are a run: how far it begins from the end of the one before it, and its length. */
function writeRuns(at: usize, from: u32, to: u32): usize {
  let end: i64 = 0;
  for (let i = from; i < to; ) {
    const first = load<u32>(word(NUMBERS, load<u32>(word(POSITIONS, i))));
    let next = first + 1;
    for (i++; i < to && load<u32>(word(NUMBERS, load<u32>(word(POSITIONS, i)))) === next; i++) next++;
    at = writeZigzag(at, <i64>first - end);
    at = writeVarint(at, next - first);
    end = next;
  }
  return at;
}
