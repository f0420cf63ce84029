import { grown } from '../postings/word-arena.ts';

/**
 * From a series' hash to its place: open addressing. A slot has six bits of the hash beside the place, so that who looks for what is not there,
 * as each new series does, seldom has to look at another series.
 *
 *   slot := place + 1 : 26, the hash's upper bits : 6        0 where nothing is
 */
export class PlaceTable {
  /** A power of two. */
  #slots = new Uint32Array(FIRST_SLOTS);
  /** That `#slots` is to become, and how many of its slots have been moved there: no series waits for all others. */
  #larger: Uint32Array<ArrayBuffer> | null = null;
  #moved = 0;
  /** By place. */
  #hashes = new Uint32Array(FIRST_SLOTS);
  #size = 0;

  /** The first slot that may have a series with this hash. Go on with `slotAfter` until one is `FREE`. */
  firstSlot(hash: number): number {
    return hash & (this.#slots.length - 1);
  }

  slotAfter(slot: number): number {
    return (slot + 1) & (this.#slots.length - 1);
  }

  /** The place in a slot; `FREE`, or `OTHER` when that series has another hash. One with the same bits may have another hash, too. */
  placeIn(slot: number, hash: number): number {
    const entry = this.#slots[slot];
    if (entry === 0) return FREE;
    return (entry ^ hash) >>> PLACE_BITS === 0 ? (entry & PLACE_MASK) - 1 : OTHER;
  }

  /**
   * Brings near the slots of so many hashes, by loads that do not wait for each other. What was in them goes to `seen`, so that the loads are
   * done at all.
   */
  fetch(hashes: Uint32Array, count: number, seen: Uint32Array): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let at = 0; at < count; at++) seen[at] = slots[hashes[at] & mask];
  }

  /** Makes room for places below `end`. */
  reserve(end: number): void {
    if (end > this.#hashes.length) this.#hashes = grown(this.#hashes, end);
    const slots = 2 ** Math.ceil(Math.log2(Math.max(1, SLOTS_PER_SERIES * end)));
    if (slots <= this.#slots.length) return;
    this.#larger = new Uint32Array(slots);
    this.#moved = 0;
    this.#move(this.#slots.length);
  }

  add(place: number, hash: number): void {
    if (place >= this.#hashes.length) this.#hashes = grown(this.#hashes, place + 1);
    this.#hashes[place] = hash;
    this.#size++;
    const slot = put(this.#slots, place, hash);
    if (this.#larger === null && SLOTS_PER_SERIES * this.#size <= this.#slots.length) return;
    this.#larger ??= new Uint32Array(2 * this.#slots.length);
    if (slot < this.#moved) put(this.#larger, place, hash);
    // A table that is nearly full, as series leave while it grows, is moved at once.
    this.#move(8 * this.#size > 7 * this.#slots.length ? this.#slots.length : MOVED_WITH_EACH);
  }

  /** Those behind it that would no longer be found move up. */
  remove(place: number): void {
    this.#size--;
    // Those that move up may pass by what is being moved: that begins anew.
    this.#larger = null;
    this.#moved = 0;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let gap = this.#hashes[place] & mask;
    while ((slots[gap] & PLACE_MASK) !== place + 1) gap = (gap + 1) & mask;
    for (let slot = (gap + 1) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = this.#hashes[(slots[slot] & PLACE_MASK) - 1] & mask;
      if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
      slots[gap] = slots[slot];
      gap = slot;
    }
    slots[gap] = 0;
  }

  /** Brings what is in the next `count` slots to the larger table, and has that instead once it has all. */
  #move(count: number): void {
    const larger = this.#larger as Uint32Array<ArrayBuffer>;
    const slots = this.#slots;
    const end = Math.min(slots.length, this.#moved + count);
    for (; this.#moved < end; this.#moved++) {
      const place = (slots[this.#moved] & PLACE_MASK) - 1;
      if (place >= 0) put(larger, place, this.#hashes[place]);
    }
    if (this.#moved < slots.length) return;
    this.#slots = larger;
    this.#larger = null;
    this.#moved = 0;
  }
}

export const FREE = -1;
export const OTHER = -2;

const PLACE_BITS = 26;
const PLACE_MASK = 2 ** PLACE_BITS - 1;

/** Of one tenant in one partition. They would take some twenty gigabytes. */
export const PLACES_MAX = PLACE_MASK;

const FIRST_SLOTS = 128;

/** Half of them are free: who looks for what is not there, as each new series does, reads two or three slots. At three quarters it would be eight. */
const SLOTS_PER_SERIES = 2;

/** Slots that a new series moves: the larger table is there long before this one is full. */
const MOVED_WITH_EACH = 16;

/** Returns the slot. */
function put(slots: Uint32Array, place: number, hash: number): number {
  const mask = slots.length - 1;
  let slot = hash & mask;
  while (slots[slot] !== 0) slot = (slot + 1) & mask;
  slots[slot] = ((place + 1) | (hash & ~PLACE_MASK)) >>> 0;
  return slot;
}
