// Memory that is taken and, but for tables that have been outgrown, never given back: when it ends, the host begins with another kernel.
import { ARENA } from './memory';

let top: usize = ARENA;

/** What was given back, and goes first. */
let spare: usize = 0;
let spareEnd: usize = 0;

/** `count` zeroed bytes, at a multiple of 8; 0 when there are none left. */
export function take(count: usize): usize {
  const size = (count + 7) & ~7;
  if (size <= spareEnd - spare) {
    spare += size;
    return spare - size;
  }
  const at = top;
  if (at + size > (<usize>memory.size()) << 16) return 0;
  top = at + size;
  return at;
}

/** Nobody looks at these bytes any more, which `take` has given. Of two such ranges the larger one is kept. */
export function giveBack(at: usize, count: usize): void {
  if (count <= spareEnd - spare) return;
  memory.fill(at, 0, count);
  spare = at;
  spareEnd = at + count;
}

/** Bytes that are left. */
export function left(): usize {
  return ((<usize>memory.size()) << 16) - top;
}
