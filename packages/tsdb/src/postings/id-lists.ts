import { type IdList, NO_IDS } from './id-list.ts';
import { grown, WordArena } from './word-arena.ts';

/**
 * Lists of ids by number, each in rising order: most hold one id, some hold all.
 *
 *   one id        itself
 *   up to 512     in an arena, in stretches of 2, 4, 8 …
 *   more          an array of its own
 */
const ARENA_IDS_MAX = 512;

export class IdLists {
  /** The id, where the stretch begins, or the number of the large list. */
  #at = new Uint32Array(64);
  #lengths = new Uint32Array(64);
  readonly #arena = new WordArena();
  readonly #large: GrowingIds[] = [];
  readonly #freeLarge: number[] = [];

  length(list: number): number {
    return list < this.#lengths.length ? this.#lengths[list] : 0;
  }

  /** `id` is above every id of the list. */
  push(list: number, id: number): void {
    if (list >= this.#lengths.length) this.#grow(list);
    const length = this.#lengths[list]++;
    if (length === 0) this.#at[list] = id;
    else if (length > ARENA_IDS_MAX) this.#large[this.#at[list]].push(id);
    else if (length === ARENA_IDS_MAX) this.#enlarge(list, id);
    else {
      if ((length & (length - 1)) === 0) this.#move(list, length);
      this.#arena.words[this.#at[list] + length] = id;
    }
  }

  /** The ids `[from, to)`, as if they were pushed. */
  pushRun(list: number, from: number, to: number): void {
    let id = from;
    while (id < to && this.length(list) <= ARENA_IDS_MAX) this.push(list, id++);
    if (id < to) {
      this.#large[this.#at[list]].pushRun(id, to);
      this.#lengths[list] += to - id;
    }
  }

  /** Later pushes do not change it. */
  view(list: number): IdList {
    const length = this.length(list);
    if (length === 0) return NO_IDS;
    const at = this.#at[list];
    if (length === 1) return Uint32Array.of(at);
    return length > ARENA_IDS_MAX ? this.#large[at].view() : this.#arena.words.slice(at, at + length);
  }

  replace(list: number, ids: IdList): void {
    const length = this.length(list);
    if (length > ARENA_IDS_MAX) this.#freeLarge.push(this.#at[list]);
    else if (length > 1) this.#arena.give(this.#at[list], capacityOf(length));
    this.#lengths[list] = ids.length;
    if (ids.length === 1) this.#at[list] = ids[0];
    else if (ids.length > ARENA_IDS_MAX) this.#at[list] = this.#addLarge(ids);
    else if (ids.length > 1) {
      this.#at[list] = this.#arena.take(capacityOf(ids.length));
      this.#arena.words.set(ids, this.#at[list]);
    }
  }

  /** To a stretch of twice the size. */
  #move(list: number, length: number): void {
    const from = this.#at[list];
    const to = this.#arena.take(2 * length);
    const { words } = this.#arena;
    this.#at[list] = to;
    if (length === 1) {
      words[to] = from;
      return;
    }
    words.copyWithin(to, from, from + length);
    this.#arena.give(from, length);
  }

  #enlarge(list: number, id: number): void {
    const from = this.#at[list];
    const large = this.#addLarge(this.#arena.words.subarray(from, from + ARENA_IDS_MAX));
    this.#arena.give(from, ARENA_IDS_MAX);
    this.#large[large].push(id);
    this.#at[list] = large;
  }

  #addLarge(ids: IdList): number {
    const number = this.#freeLarge.pop() ?? this.#large.length;
    this.#large[number] = new GrowingIds(ids);
    return number;
  }

  #grow(list: number): void {
    this.#at = grown(this.#at, list + 1);
    this.#lengths = grown(this.#lengths, list + 1);
  }
}

/** One list in an array of its own. */
export class GrowingIds {
  #ids: Uint32Array;
  #length: number;

  constructor(ids: IdList) {
    this.#ids = ids.slice();
    this.#length = ids.length;
  }

  push(id: number): void {
    if (this.#length === this.#ids.length) this.#ids = grown(this.#ids, 4);
    this.#ids[this.#length++] = id;
  }

  pushRun(from: number, to: number): void {
    const length = this.#length + to - from;
    if (length > this.#ids.length) this.#ids = grown(this.#ids, length);
    const ids = this.#ids;
    for (let at = this.#length, id = from; id < to; at++, id++) ids[at] = id;
    this.#length = length;
  }

  keep(ids: IdList): void {
    this.#ids = ids.slice();
    this.#length = ids.length;
  }

  /** A view that later pushes do not change. */
  view(): IdList {
    return this.#ids.subarray(0, this.#length);
  }
}

/** The least power of two that `length` fits in. */
function capacityOf(length: number): number {
  return 2 ** (32 - Math.clz32(length - 1));
}
