/** Sets of series ids as sorted `Uint32Array`s. None of these changes its arguments; results may be shared with them. */
export type IdList = Uint32Array;

export const NO_IDS: IdList = new Uint32Array(0);

/** `b` is best the longer one. */
export function intersect(a: IdList, b: IdList): IdList {
  const [few, many] = a.length <= b.length ? [a, b] : [b, a];
  const out = new Uint32Array(few.length);
  let length = 0;
  let at = 0;
  for (const id of few) {
    at = gallop(many, at, id);
    if (many[at] === id) out[length++] = id;
  }
  return out.subarray(0, length);
}

export function subtract(from: IdList, what: IdList): IdList {
  if (what.length === 0) return from;
  const out = new Uint32Array(from.length);
  let length = 0;
  let at = 0;
  for (const id of from) {
    at = gallop(what, at, id);
    if (what[at] !== id) out[length++] = id;
  }
  return out.subarray(0, length);
}

export function union(lists: readonly IdList[]): IdList {
  const some = lists.filter((list) => list.length > 0);
  if (some.length === 0) return NO_IDS;
  if (some.length === 1) return some[0];
  const total = some.reduce((sum, list) => sum + list.length, 0);
  const last = some.reduce((most, list) => Math.max(most, list[list.length - 1]), 0);
  return last < total * DENSE ? unionDense(some, total, last) : unionSparse(some, total);
}

/** One id in so many: then a bit for each is sooner looked through than the ids are sorted. */
const DENSE = 128;

function unionDense(lists: readonly IdList[], total: number, last: number): IdList {
  const bits = new Uint32Array((last >>> 5) + 1);
  for (const list of lists) for (const id of list) bits[id >>> 5] |= 1 << (id & 31);
  const out = new Uint32Array(total);
  let length = 0;
  for (let word = 0; word < bits.length; word++) {
    for (let left = bits[word]; left !== 0; left &= left - 1) out[length++] = (word << 5) + (31 - Math.clz32(left & -left));
  }
  return out.subarray(0, length);
}

function unionSparse(lists: readonly IdList[], total: number): IdList {
  const all = new Uint32Array(total);
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  all.sort();
  let length = 0;
  for (let i = 0; i < all.length; i++) if (i === 0 || all[i] !== all[i - 1]) all[length++] = all[i];
  return all.subarray(0, length);
}

/** The first position at or after `from` that holds `id` or more: steps double, then a binary search. */
function gallop(list: IdList, from: number, id: number): number {
  let step = 1;
  let low = from;
  while (low + step < list.length && list[low + step] < id) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, list.length);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle] < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
