// Windows are gone through four at a time: each lane adds up its own window, in order, as if it were alone.
import { fromOf, toOf, values } from './memory';

/** The samples that four windows from `window` on all have, from `skip` on. */
export function commonLength(window: u32, skip: u32): u32 {
  let least: u32 = u32.MAX_VALUE;
  for (let lane: u32 = 0; lane < 4; lane++) least = min<u32>(least, toOf(window + lane) - fromOf(window + lane));
  return least < skip ? 0 : least - skip;
}

/** Where the values of a window begin. */
export function startOf(window: u32): usize {
  return values + ((<usize>fromOf(window)) << 3);
}

/** One value of each of two windows. */
export function pairAt(first: usize, second: usize): v128 {
  return v128.load64_lane(second, v128.load64_zero(first), 1);
}
