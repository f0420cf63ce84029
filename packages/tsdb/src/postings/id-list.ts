import type { Breathe } from './label-index.ts';

/**
 * Sets of series ids as sorted `Uint32Array`s. None of these changes its arguments, which must stay as they are meanwhile; results may be
 * shared with them. Lists of a million are gone through with breathes in between.
 */
export type IdList = Uint32Array;

export const NO_IDS: IdList = new Uint32Array(0);

export async function intersect(a: IdList, b: IdList, breathe: Breathe): Promise<IdList> {
  return a.length <= b.length ? having(a, b, true, breathe) : having(b, a, true, breathe);
}

export async function subtract(from: IdList, what: IdList, breathe: Breathe): Promise<IdList> {
  return what.length === 0 ? from : having(from, what, false, breathe);
}

/** Those of `ids` that are, or are not, in `list`. */
async function having(ids: IdList, list: IdList, wanted: boolean, breathe: Breathe): Promise<IdList> {
  const out = new Uint32Array(ids.length);
  let length = 0;
  let at = 0;
  for (let i = 0; i < ids.length; i++) {
    if (i % STRETCH === STRETCH - 1) await breathe();
    const id = ids[i];
    at = gallop(list, at, id);
    if ((list[at] === id) === wanted) out[length++] = id;
  }
  return out.subarray(0, length);
}

export async function union(lists: readonly IdList[], breathe: Breathe): Promise<IdList> {
  const some: IdList[] = [];
  let total = 0;
  let last = 0;
  for (let i = 0; i < lists.length; i++) {
    if (i % STRETCH === STRETCH - 1) await breathe();
    const list = lists[i];
    if (list.length === 0) continue;
    some.push(list);
    total += list.length;
    last = Math.max(last, list[list.length - 1]);
  }
  if (some.length === 0) return NO_IDS;
  if (some.length === 1) return some[0];
  return last < total * DENSE ? unionDense(some, total, last, breathe) : unionSparse(some, total, breathe);
}

/** One id in so many: then a bit for each is sooner looked through than the ids are sorted. */
const DENSE = 128;

/** Gone through between two breathes: a few tens of microseconds. */
const STRETCH = 4096;

async function unionDense(lists: readonly IdList[], total: number, last: number, breathe: Breathe): Promise<IdList> {
  const bits = new Uint32Array((last >>> 5) + 1);
  let seen = 0;
  for (const list of lists) {
    for (const id of list) {
      if (++seen % STRETCH === 0) await breathe();
      bits[id >>> 5] |= 1 << (id & 31);
    }
  }
  const out = new Uint32Array(total);
  let length = 0;
  for (let word = 0; word < bits.length; word++) {
    if (word % STRETCH === STRETCH - 1) await breathe();
    for (let left = bits[word]; left !== 0; left &= left - 1) out[length++] = (word << 5) + (31 - Math.clz32(left & -left));
  }
  return out.subarray(0, length);
}

async function unionSparse(lists: readonly IdList[], total: number, breathe: Breathe): Promise<IdList> {
  const joined = new Uint32Array(total);
  let at = 0;
  for (let i = 0; i < lists.length; i++) {
    if (i % STRETCH === STRETCH - 1) await breathe();
    joined.set(lists[i], at);
    at += lists[i].length;
  }
  const all = await sorted(joined, breathe);
  let length = 0;
  for (let i = 0; i < all.length; i++) {
    if (i % STRETCH === STRETCH - 1) await breathe();
    if (i === 0 || all[i] !== all[i - 1]) all[length++] = all[i];
  }
  return all.subarray(0, length);
}

/** Merge sort, bottom up, between two arrays of which the first is `ids`. */
async function sorted(ids: Uint32Array, breathe: Breathe): Promise<Uint32Array> {
  for (let i = 0; i < ids.length; i += STRETCH) {
    await breathe();
    ids.subarray(i, i + STRETCH).sort();
  }
  let [from, to] = [ids, ids.length > STRETCH ? new Uint32Array(ids.length) : ids];
  for (let width = STRETCH; width < ids.length; width *= 2) {
    for (let start = 0; start < ids.length; start += 2 * width) {
      const middle = Math.min(start + width, ids.length);
      const end = Math.min(start + 2 * width, ids.length);
      for (let left = start, right = middle, at = start; at < end; at++) {
        if (at % STRETCH === 0) await breathe();
        to[at] = right >= end || (left < middle && from[left] <= from[right]) ? from[left++] : from[right++];
      }
    }
    [from, to] = [to, from];
  }
  return from;
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
