// An open-addressing table from a hash to what is kept in the arena: slots of the hash and an address, doubled when half full.
//
//   table := u32 slots, u32 mask (their number and -1), u32 used
//   slot := u32 hash, u32 address (0: free)
import { giveBack, take } from './arena';

export const TABLE_BYTES: i32 = 12;

/** More slots than these looked at in a row: somebody's doing, or bad luck that the host lives with. */
export const PROBES_MAX: u32 = 64;

const FIRST_SLOTS: u32 = 1024;

/** The first slot of a hash; go on with `slotAfter`. The table must have had room once. */
export function slotOf(table: usize, hash: u32): usize {
  return <usize>load<u32>(table) + ((<usize>(hash & load<u32>(table, 4))) << 3);
}

export function slotAfter(table: usize, slot: usize): usize {
  const slots = <usize>load<u32>(table);
  return slots + ((slot + 8 - slots) & (((<usize>load<u32>(table, 4)) << 3) | 7));
}

export function hashIn(slot: usize): u32 {
  return load<u32>(slot);
}

/** 0 when the slot is free. */
export function addressIn(slot: usize): usize {
  return <usize>load<u32>(slot, 4);
}

/** Room for one more; false when the arena has ended. */
export function makeRoom(table: usize): bool {
  const mask = load<u32>(table, 4);
  const used = load<u32>(table, 8);
  if (used * 2 < mask) return true;
  const wider: u32 = mask === 0 ? FIRST_SLOTS - 1 : mask * 2 + 1;
  const slots = take((<usize>wider + 1) << 3);
  if (slots === 0) return false;
  const before = <usize>load<u32>(table);
  store<u32>(table, <u32>slots);
  store<u32>(table, wider, 4);
  if (mask === 0) return true;
  store<u32>(table, 0, 8);
  for (let i: u32 = 0; i <= mask; i++) {
    const slot = before + ((<usize>i) << 3);
    if (addressIn(slot) !== 0) add(table, hashIn(slot), addressIn(slot));
  }
  giveBack(before, (<usize>mask + 1) << 3);
  return true;
}

/** Into the first free slot of its hash. Call `makeRoom` before. */
export function add(table: usize, hash: u32, address: usize): void {
  let slot = slotOf(table, hash);
  while (addressIn(slot) !== 0) slot = slotAfter(table, slot);
  store<u32>(slot, hash);
  store<u32>(slot, <u32>address, 4);
  store<u32>(table, load<u32>(table, 8) + 1, 8);
}
