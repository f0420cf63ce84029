import { assert } from '@tidemark/base';
import { CHUNK_SAMPLES_MAX } from '../limits.ts';

/**
 * Where the open columns of all series lie: pages cut into slots of one size, so that a series costs neither a typed
 * array of its own nor work for the garbage collector. Series move to larger slots as they grow.
 *
 *   slot := times: capacity × f64   values: capacity × f64
 */
export const SLOT_CAPACITIES: readonly number[] = [8, 24, 56, CHUNK_SAMPLES_MAX];
const PAGE_DOUBLES = 32 * 1024;
/** Pages with room, of each size, that are kept for the next series to grow. */
const SPARE_PAGES = 8;

export class ColumnPage {
  readonly capacity: number;
  readonly doubles = new Float64Array(PAGE_DOUBLES);
  /** The same memory: values move as words, bit for bit. */
  readonly words = new Uint32Array(this.doubles.buffer);
  /** Where free slots begin. */
  readonly free: number[] = [];
  readonly slots: number;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.slots = Math.floor(PAGE_DOUBLES / (2 * capacity));
    for (let i = this.slots - 1; i >= 0; i--) this.free.push(i * 2 * capacity);
  }
}

export class ColumnPool {
  readonly #withRoom = new Map<number, Set<ColumnPage>>(SLOT_CAPACITIES.map((capacity) => [capacity, new Set()]));

  /** A page that has a free slot for more than `samples` samples, fewer than `CHUNK_SAMPLES_MAX`: take it with `takeSlot`. */
  pageFor(samples: number): ColumnPage {
    const capacity = SLOT_CAPACITIES.find((size) => size > samples);
    assert(capacity !== undefined, `no slot for more than ${samples} samples`);
    const pages = this.#pages(capacity);
    for (const page of pages) return page;
    const page = new ColumnPage(capacity);
    pages.add(page);
    return page;
  }

  /** Where its times begin; its first value is `capacity` further. */
  takeSlot(page: ColumnPage): number {
    const at = page.free.pop();
    assert(at !== undefined, 'the page is full');
    if (page.free.length === 0) this.#pages(page.capacity).delete(page);
    return at;
  }

  give(page: ColumnPage, at: number): void {
    page.free.push(at);
    const pages = this.#pages(page.capacity);
    if (page.free.length < page.slots) pages.add(page);
    else if (pages.size > SPARE_PAGES) pages.delete(page); // Nobody uses it: its memory goes back.
  }

  #pages(capacity: number): Set<ColumnPage> {
    return this.#withRoom.get(capacity) as Set<ColumnPage>;
  }
}
