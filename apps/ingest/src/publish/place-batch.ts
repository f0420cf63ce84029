/** A batch by partition: each series is always in the same one, found once and remembered beside its table. */
import type { NamedSeries } from '@tidemark/tsdb/model';
import { type Placement, seriesHashOfTexts } from '@tidemark/tsdb/shard';
import { Generations } from '../generations.ts';
import { PLACED_TENANTS_MAX } from '../limits.ts';
import type { IncomingBatch } from './publisher.ts';

/** The batch's samples in the order of their partitions: those of one are at `positions[ends[partition - 1] … ends[partition])`. */
export interface Placed {
  readonly positions: Uint32Array;
  readonly ends: Uint32Array;
}

export class BatchPlacer {
  readonly #placement: Placement;
  readonly #tenants = new Generations<string, WeakMap<NamedSeries, Uint16Array>>(PLACED_TENANTS_MAX);
  readonly #ends: Uint32Array;
  /** By sample: its partition. */
  #partitions = new Uint16Array(0);
  #positions = new Uint32Array(0);

  constructor(placement: Placement) {
    this.#placement = placement;
    this.#ends = new Uint32Array(placement.partitions);
  }

  /** Valid until the next call. */
  place({ tenant, table, numbers }: IncomingBatch): Placed {
    const places = this.#placesOf(tenant, table);
    const ends = this.#ends;
    const { length } = numbers;
    if (this.#positions.length < length) {
      this.#partitions = new Uint16Array(2 * length);
      this.#positions = new Uint32Array(2 * length);
    }
    const partitions = this.#partitions;
    const positions = this.#positions;
    ends.fill(0);
    for (let i = 0; i < length; i++) {
      const number = numbers[i];
      if (places[number] === 0) places[number] = this.#place(tenant, table, number) + 1;
      const partition = places[number] - 1;
      partitions[i] = partition;
      ends[partition]++;
    }
    for (let partition = 0, begin = 0; partition < ends.length; partition++) {
      const size = ends[partition];
      ends[partition] = begin;
      begin += size;
    }
    for (let i = 0; i < length; i++) positions[ends[partitions[i]]++] = i;
    return { positions, ends };
  }

  #place(tenant: string, table: NamedSeries, series: number): number {
    return this.#placement.partitionOfHash(seriesHashOfTexts(tenant, table.utf8, table.textsOf(series)));
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
