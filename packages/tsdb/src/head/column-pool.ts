/**
 * Where the open columns of all series lie: large pages cut into slots of a few sizes, so that a series costs
 * neither a typed array of its own nor work for the garbage collector.
 *
 *   slot := times: capacity × f64   values: capacity × f64
 */
import { assert } from '@tidemark/base';
import { CHUNK_SAMPLES_MAX } from '../limits.ts';

export interface ColumnPage {
  readonly doubles: Float64Array;
  /** The same memory: values move as words, bit for bit. */
  readonly words: Uint32Array;
}

export interface ColumnSlot {
  readonly page: ColumnPage;
  /** Position of the first time in `page.doubles`; the first value is `capacity` further. */
  readonly at: number;
  readonly capacity: number;
}

const CAPACITIES = [8, 24, 56, CHUNK_SAMPLES_MAX];
const PAGE_DOUBLES = 32 * 1024;

export class ColumnPool {
  readonly #free = new Map<number, ColumnSlot[]>(CAPACITIES.map((capacity) => [capacity, []]));

  /** A slot for more than `samples` samples, fewer than `CHUNK_SAMPLES_MAX`. */
  take(samples: number): ColumnSlot {
    const capacity = CAPACITIES.find((size) => size > samples);
    assert(capacity !== undefined, `no slot for more than ${samples} samples`);
    const free = this.#free.get(capacity) as ColumnSlot[];
    return free.pop() ?? this.#newPage(capacity, free);
  }

  give(slot: ColumnSlot): void {
    this.#free.get(slot.capacity)?.push(slot);
  }

  #newPage(capacity: number, free: ColumnSlot[]): ColumnSlot {
    const doubles = new Float64Array(PAGE_DOUBLES);
    const page = { doubles, words: new Uint32Array(doubles.buffer) };
    for (let at = PAGE_DOUBLES - (PAGE_DOUBLES % (2 * capacity)) - 2 * capacity; at > 0; at -= 2 * capacity)
      free.push({ page, at, capacity });
    return { page, at: 0, capacity };
  }
}
