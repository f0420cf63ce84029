import { assert } from '@tidemark/base';
import { CHUNK_SAMPLES_MAX } from '../limits.ts';

/**
 * Where the open columns of all series lie: pages cut into slots of one size, so that a series costs neither a typed
 * array of its own nor work for the garbage collector. Series move to larger slots as they grow.
 *
 *   slot := times: capacity × f64   values: capacity × f64
 *
 * A slot's number is its page's, and where its times begin in the page.
 */
export const SLOT_CAPACITIES: readonly number[] = [8, 24, 56, CHUNK_SAMPLES_MAX];
const PAGE_BITS = 15;
const PAGE_DOUBLES = 1 << PAGE_BITS;
/** Pages with room, of each size, that are kept for the next series to grow. */
const SPARE_PAGES = 8;

export class ColumnPage {
  readonly capacity: number;
  readonly number: number;
  readonly doubles = new Float64Array(PAGE_DOUBLES);
  /** The same memory: values move as words, bit for bit. */
  readonly words = new Uint32Array(this.doubles.buffer);
  /** Where free slots begin. */
  readonly free: number[] = [];
  readonly slots: number;

  constructor(capacity: number, number: number) {
    this.capacity = capacity;
    this.number = number;
    this.slots = Math.floor(PAGE_DOUBLES / (2 * capacity));
    for (let i = this.slots - 1; i >= 0; i--) this.free.push(i * 2 * capacity);
  }
}

export class ColumnPool {
  readonly #pages: (ColumnPage | null)[] = [];
  readonly #freeNumbers: number[] = [];
  readonly #withRoom = SLOT_CAPACITIES.map((): ColumnPage[] => []);

  /** A slot with room for more than `samples` samples, fewer than `CHUNK_SAMPLES_MAX`. */
  take(samples: number): number {
    const size = SLOT_CAPACITIES.findIndex((capacity) => capacity > samples);
    assert(size !== -1, `no slot for more than ${samples} samples`);
    const pages = this.#withRoom[size];
    const page = pages.at(-1) ?? this.#addPage(size);
    const at = page.free.pop() as number;
    if (page.free.length === 0) pages.pop();
    return page.number * PAGE_DOUBLES + at;
  }

  give(slot: number): void {
    const page = this.pageOf(slot);
    page.free.push(this.startOf(slot));
    const pages = this.#withRoom[SLOT_CAPACITIES.indexOf(page.capacity)];
    if (page.free.length === 1) pages.push(page);
    if (page.free.length < page.slots || pages.length <= SPARE_PAGES) return;
    // Nobody uses it: its memory goes back.
    pages.splice(pages.indexOf(page), 1);
    this.#pages[page.number] = null;
    this.#freeNumbers.push(page.number);
  }

  pageOf(slot: number): ColumnPage {
    return this.#pages[slot >>> PAGE_BITS] as ColumnPage;
  }

  /** Where the slot's times begin in its page; its values are `capacity` further. */
  startOf(slot: number): number {
    return slot & (PAGE_DOUBLES - 1);
  }

  #addPage(size: number): ColumnPage {
    const number = this.#freeNumbers.pop() ?? this.#pages.length;
    const page = new ColumnPage(SLOT_CAPACITIES[size], number);
    this.#pages[number] = page;
    this.#withRoom[size].push(page);
    return page;
  }
}
