// A record's groups, to columns (docs/format/record.md).
import { BYTES, double, GROUP_ENDS, GROUP_TIMES, NUMBERS, SAMPLES_MAX, word } from './memory';
import { unpackValues } from './values';
import { readVarint, signed, value } from './varint';

const TIME_MS_MAX: i64 = (1 << 51) - 1;

/**
 * Reads the groups that `BYTES` hold, all of its first `length` bytes, into `NUMBERS`, `VALUES`, `GROUP_TIMES` and `GROUP_ENDS`; how many
 * there are. -1 when something is wrong, or too much: the host reads it and says what. Series numbers are below `announced`.
 */
export function decodeGroups(length: u32, acceptedAtMs: f64, announced: u32): i32 {
  const end = BYTES + length;
  let at = readVarint(BYTES, end);
  if (at === 0 || value > <u64>SAMPLES_MAX) return -1;
  const groups = <u32>value;
  at = readVarint(at, end);
  if (at === 0 || value > <u64>SAMPLES_MAX) return -1;
  const count = <u32>value;
  let timeMs = <i64>acceptedAtMs;
  let from: u32 = 0;
  for (let group: u32 = 0; group < groups; group++) {
    at = readVarint(at, end);
    if (at === 0) return -1;
    timeMs += signed();
    if (timeMs > TIME_MS_MAX || timeMs < -TIME_MS_MAX) return -1;
    at = readVarint(at, end);
    if (at === 0 || value === 0 || value > <u64>(count - from)) return -1;
    const to = from + <u32>value;
    at = readRuns(at, end, from, to, announced);
    if (at === 0) return -1;
    at = unpackValues(at, end, to - from, from);
    if (at === 0) return -1;
    store<f64>(double(GROUP_TIMES, group), <f64>timeMs);
    store<u32>(word(GROUP_ENDS, group), to);
    from = to;
  }
  return from === count && at === end ? <i32>groups : -1;
}

function readRuns(at: usize, end: usize, from: u32, to: u32, announced: u32): usize {
  let runEnd: i64 = 0;
  while (from < to) {
    at = readVarint(at, end);
    if (at === 0) return 0;
    const first = runEnd + signed();
    at = readVarint(at, end);
    if (at === 0 || value === 0 || value > <u64>(to - from) || first < 0) return 0;
    runEnd = first + <i64>value;
    if (runEnd > <i64>announced) return 0;
    const last = <u32>runEnd;
    for (let number = <u32>first; number < last; number++) store<u32>(word(NUMBERS, from++), number);
  }
  return at;
}
