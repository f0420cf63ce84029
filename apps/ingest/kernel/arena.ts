// Memory that is taken and never given back: when it ends, the host begins with another kernel.
import { ARENA } from './memory';

let top: usize = ARENA;

/** `count` zeroed bytes, at a multiple of 8; 0 when there are none left. */
export function take(count: usize): usize {
  const at = top;
  const end = at + ((count + 7) & ~7);
  if (end > (<usize>memory.size()) << 16) return 0;
  top = end;
  return at;
}

/** Bytes that are left. */
export function left(): usize {
  return ((<usize>memory.size()) << 16) - top;
}
