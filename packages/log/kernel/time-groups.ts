// Samples by their time, as src/record/group-by-time.ts: groups in the order of their first samples, and in each the order of arrival.
//
// Requests carry one time, or a few, in an order that nobody can guess once a partition's series are picked out of it: each is looked up.
import { double, GROUP_ENDS, GROUP_OF, GROUP_TIMES, POSITIONS, SLOT_BITS, SLOT_OF, SLOTS, TIMES, word } from './memory';

/** Random and odd, so that nobody can send times that are slow to look up. */
let multiplier: u64 = 1;

export function setSeed(low: u32, high: u32): void {
  multiplier = ((<u64>high) << 32) | <u64>(low | 1);
}

let groups: u32 = 0;

/** Fills `GROUP_TIMES`, `GROUP_ENDS` and `POSITIONS`; how many groups there are. */
export function groupByTime(count: u32): u32 {
  if (count === 0) return 0;
  if (isOneTime(count)) {
    // Fast path: a scrape.
    for (let i: u32 = 0; i < count; i++) store<u32>(word(POSITIONS, i), i);
    store<f64>(GROUP_TIMES, load<f64>(TIMES));
    store<u32>(GROUP_ENDS, count);
    return 1;
  }
  assign(count);
  place(count);
  for (let group: u32 = 0; group < groups; group++) store<u32>(<usize>load<u32>(word(SLOT_OF, group)), 0);
  return groups;
}

function isOneTime(count: u32): bool {
  const first = load<u64>(TIMES);
  for (let i: u32 = 1; i < count; i++) if (load<u64>(double(TIMES, i)) !== first) return false;
  return true;
}

/** Finds each sample's group; `GROUP_ENDS` are sizes until `place`. */
function assign(count: u32): void {
  groups = 0;
  for (let i: u32 = 0; i < count; i++) {
    const group = groupOf(load<f64>(double(TIMES, i)));
    const size = word(GROUP_ENDS, group);
    store<u32>(size, load<u32>(size) + 1);
    store<u32>(word(GROUP_OF, i), group);
  }
}

function groupOf(timeMs: f64): u32 {
  // +0 for -0: they are one time.
  const hash = reinterpret<u64>(timeMs + 0.0) * multiplier;
  let slot: u64 = hash >> (64 - SLOT_BITS);
  let at = slotAt(slot);
  for (let group = load<u32>(at); group !== 0; group = load<u32>(at)) {
    if (load<f64>(double(GROUP_TIMES, group - 1)) === timeMs) return group - 1;
    slot = (slot + 1) & ((1 << SLOT_BITS) - 1);
    at = slotAt(slot);
  }
  return add(timeMs, at);
}

function slotAt(slot: u64): usize {
  return SLOTS + ((<usize>slot) << 2);
}

function add(timeMs: f64, slot: usize): u32 {
  store<f64>(double(GROUP_TIMES, groups), timeMs);
  store<u32>(word(GROUP_ENDS, groups), 0);
  store<u32>(word(SLOT_OF, groups), <u32>slot);
  store<u32>(slot, groups + 1);
  return groups++;
}

function place(count: u32): void {
  let start: u32 = 0;
  for (let group: u32 = 0; group < groups; group++) {
    const at = word(GROUP_ENDS, group);
    const size = load<u32>(at);
    store<u32>(at, start);
    start += size;
  }
  for (let i: u32 = 0; i < count; i++) {
    const at = word(GROUP_ENDS, load<u32>(word(GROUP_OF, i)));
    const position = load<u32>(at);
    store<u32>(word(POSITIONS, position), i);
    store<u32>(at, position + 1);
  }
}
