// Which root is told against next.
import { ROOTS_MAX, rootColumn } from './memory';

const COUNTS: usize = memory.data(4 * ROOTS_MAX, 16);

/** Its steps, and how many there are; none when it was damaged. */
export let root: usize = 0;
export let rootCount: u32 = 0;

export function useRoot(number: u32): void {
  root = rootColumn(number);
  rootCount = load<u32>(COUNTS + ((<usize>number) << 2));
}

/** `count` steps are there. */
export function keepRoot(number: u32, count: u32): void {
  store<u32>(COUNTS + ((<usize>number) << 2), count);
  useRoot(number);
}
