/** A batch by partition: each series is always in the same one, found once and remembered beside its table. */
import type { NamedSeries } from '@tidemark/log';
import type { Placement } from '@tidemark/tsdb/shard';
import { Generations } from '../generations.ts';
import { PLACED_TENANTS_MAX } from '../limits.ts';
import type { IncomingBatch } from './publisher.ts';

/** The partition of each sample, and how many each partition has. */
export interface Placed {
  readonly placeOf: Uint16Array;
  readonly sizes: Uint32Array;
}

export class BatchPlacer {
  #placeOf = new Uint16Array(0);
  readonly #sizes: Uint32Array;
  readonly #placement: Placement;
  readonly #tenants = new Generations<string, WeakMap<NamedSeries, Uint16Array>>(PLACED_TENANTS_MAX);

  constructor(placement: Placement) {
    this.#placement = placement;
    this.#sizes = new Uint32Array(placement.partitions);
  }

  /** Valid until the next call. */
  place({ tenant, table, numbers }: IncomingBatch): Placed {
    const placed = this.#placesOf(tenant, table);
    const sizes = this.#sizes;
    if (this.#placeOf.length < numbers.length) this.#placeOf = new Uint16Array(2 * numbers.length);
    const placeOf = this.#placeOf;
    sizes.fill(0);
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i];
      let place = placed[number];
      if (place === 0) {
        place = this.#placement.partitionOf(tenant, table.labels(number)) + 1;
        placed[number] = place;
      }
      placeOf[i] = place - 1;
      sizes[place - 1]++;
    }
    return { placeOf, sizes };
  }

  /** By series number: the partition and one, 0 when it has not been found yet. */
  #placesOf(tenant: string, table: NamedSeries): Uint16Array {
    let tables = this.#tenants.get(tenant);
    if (tables === undefined) {
      tables = new WeakMap();
      this.#tenants.set(tenant, tables);
    }
    const known = tables.get(table);
    if (known !== undefined && known.length >= table.size) return known;
    const places = new Uint16Array(known === undefined ? table.size : table.size * 2);
    if (known !== undefined) places.set(known);
    tables.set(table, places);
    return places;
  }
}
