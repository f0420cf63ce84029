// How long the codes of symbols are: src/codec/adaptive/huffman.ts says how.
import { CODE_BITS_MAX, CODED } from './token-layout';

/** count << 12 | symbol, of `symbols` symbols; sorted by `buildLengths`. */
export const KEYS: usize = memory.data(4 * 512, 16);

const WEIGHTS: usize = memory.data(4 * 1024, 16);
const PARENTS: usize = memory.data(4 * 1024, 16);
const DEPTHS: usize = memory.data(4 * 1024, 16);
/** Leaves by depth. The deepest tree over 4,096 tokens has less than 20 levels; that over any weights, as many as symbols. */
const PER_LENGTH: usize = memory.data(4 * 513, 16);

/** Fills `CODED` from `KEYS`; returns the bits of all codes together, each as often as it is used. */
export function buildLengths(symbols: u32): u32 {
  sort(KEYS, symbols);
  for (let i: u32 = 0; i < symbols; i++) put(WEIGHTS, i, get(KEYS, i) >> 12);
  limitLengths(countLengths(symbols));
  let length: u32 = CODE_BITS_MAX;
  let bits: u32 = 0;
  for (let i: u32 = 0; i < symbols; i++) {
    while (get(PER_LENGTH, length) === 0) length--;
    put(PER_LENGTH, length, get(PER_LENGTH, length) - 1);
    const key = get(KEYS, i);
    put(CODED, i, ((key & 0xfff) << 16) | length);
    bits += (key >> 12) * length;
  }
  sort(CODED, symbols);
  for (let i: u32 = 0; i < symbols; i++) put(CODED, i, (get(CODED, i) << 16) | (get(CODED, i) >> 16));
  return bits;
}

/** The greatest depth. */
function countLengths(leaves: u32): u32 {
  let leaf: u32 = 0;
  let tree = leaves;
  for (let node = leaves; node < 2 * leaves - 1; node++) {
    let weight: u32 = 0;
    for (let side = 0; side < 2; side++) {
      const fromLeaves = leaf < leaves && (tree >= node || get(WEIGHTS, leaf) <= get(WEIGHTS, tree));
      const child = fromLeaves ? leaf++ : tree++;
      put(PARENTS, child, node);
      weight += get(WEIGHTS, child);
    }
    put(WEIGHTS, node, weight);
  }
  memory.fill(PER_LENGTH, 0, 4 * 513);
  put(DEPTHS, 2 * leaves - 2, 0);
  let deepest: u32 = 0;
  for (let node: i32 = <i32>(2 * leaves) - 2; node >= 0; node--) {
    if (node < <i32>(2 * leaves) - 2) put(DEPTHS, node, get(DEPTHS, get(PARENTS, node)) + 1);
    if (node >= <i32>leaves) continue;
    const depth = get(DEPTHS, node);
    deepest = max<u32>(deepest, depth);
    put(PER_LENGTH, depth, get(PER_LENGTH, depth) + 1);
  }
  return deepest;
}

function limitLengths(deepest: u32): void {
  for (let length = deepest; length > CODE_BITS_MAX; length--) {
    while (get(PER_LENGTH, length) > 0) {
      let above = length - 2;
      while (get(PER_LENGTH, above) === 0) above--;
      put(PER_LENGTH, length, get(PER_LENGTH, length) - 2);
      put(PER_LENGTH, length - 1, get(PER_LENGTH, length - 1) + 1);
      put(PER_LENGTH, above + 1, get(PER_LENGTH, above + 1) + 2);
      put(PER_LENGTH, above, get(PER_LENGTH, above) - 1);
    }
  }
}

/** Mostly some dozens: insertion is the fastest. */
function sort(numbers: usize, count: u32): void {
  for (let i: u32 = 1; i < count; i++) {
    const each = get(numbers, i);
    let to = i;
    for (; to > 0 && get(numbers, to - 1) > each; to--) put(numbers, to, get(numbers, to - 1));
    put(numbers, to, each);
  }
}

function get(numbers: usize, at: u32): u32 {
  return load<u32>(numbers + ((<usize>at) << 2));
}

function put(numbers: usize, at: u32, value: u32): void {
  store<u32>(numbers + ((<usize>at) << 2), value);
}
