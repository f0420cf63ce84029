// A sample that comes between others that are open.
import { slot, VALUES } from '../codec/memory';
import { BLOCK_SAMPLES, hasBlock, takeBlock } from './blocks';
import { chunkSamples } from './chunk-ends';
import { OFFSETS } from './memory';
import { gather, scatter } from './open-samples';
import { BLOCK, FIRST, OFFSET_BITS, STATE } from './rows';

const APPENDED: u32 = 0;
const REPEATED: u32 = 1;
const CONFLICTS: u32 = 2;
/** A chunk of one more would be too long. */
const FULL: u32 = 3;
const WANTS_BLOCKS: u32 = 4;

/** Of the window that is open, at or before its newest one. */
export function insert(row: usize, offset: u32, low: u32, high: u32): u32 {
  const bits = <u64>low | ((<u64>high) << 32);
  const count = gather(row);
  let at: u32 = 0;
  while (load<u32>(OFFSETS + ((<usize>at) << 2)) < offset) at++;
  if (load<u32>(OFFSETS + ((<usize>at) << 2)) === offset) return load<u64>(slot(VALUES, at)) === bits ? REPEATED : CONFLICTS;
  if (count === chunkSamples) return FULL;
  if ((count & (BLOCK_SAMPLES - 1)) === 0) {
    if (!hasBlock()) return WANTS_BLOCKS;
    store<u32>(row, takeBlock(load<u32>(row, BLOCK)), BLOCK);
  }
  const to = OFFSETS + ((<usize>at) << 2);
  memory.copy(to + 4, to, (<usize>(count - at)) << 2);
  memory.copy(slot(VALUES, at + 1), slot(VALUES, at), (<usize>(count - at)) << 3);
  store<u32>(to, offset);
  store<u64>(slot(VALUES, at), bits);
  scatter(row, count + 1);
  store<u32>(row, load<u32>(row, STATE) + (1 << OFFSET_BITS), STATE);
  if (at === 0) store<u32>(row, offset, FIRST);
  return APPENDED;
}
