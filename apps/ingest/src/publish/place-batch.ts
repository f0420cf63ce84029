/** A batch by partition: each series is always in the same one, found once and remembered beside its table. */
import type { Labels, SeriesTable } from '@tidemark/tsdb/model';
import type { Placement } from '@tidemark/tsdb/shard';
import { Generations } from '../generations.ts';
import { PLACED_TENANTS_MAX } from '../limits.ts';
import type { IncomingBatch } from './publisher.ts';

export class BatchPlacer {
  readonly #placement: Placement;
  readonly #tenants = new Generations<string, WeakMap<SeriesTable, Uint16Array>>(PLACED_TENANTS_MAX);

  constructor(placement: Placement) {
    this.#placement = placement;
  }

  /** Parts that hold something. Metadata is few and belongs to no series: partition 0 carries it. */
  split(batch: IncomingBatch): (readonly [partition: number, part: IncomingBatch])[] {
    const { partitions } = this.#placement;
    if (partitions === 1) return [[0, batch]];
    const placed = this.#placesOf(batch.tenant, batch.table);
    const { numbers } = batch;
    const sizes = new Uint32Array(partitions);
    const placeOf = new Uint16Array(numbers.length);
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i];
      let place = placed[number];
      if (place === 0) {
        place = this.#placement.partitionOf(batch.tenant, batch.table.labels[number] as Labels) + 1;
        placed[number] = place;
      }
      placeOf[i] = place - 1;
      sizes[place - 1]++;
    }
    return Array.from(sizes, (size, partition) => [partition, pick(batch, placeOf, partition, size)] as const).filter(
      ([, part]) => part.numbers.length > 0 || part.metadata.length > 0,
    );
  }

  /** By series number: the partition and one, 0 when it has not been found yet. */
  #placesOf(tenant: string, table: SeriesTable): Uint16Array {
    let tables = this.#tenants.get(tenant);
    if (tables === undefined) {
      tables = new WeakMap();
      this.#tenants.set(tenant, tables);
    }
    const known = tables.get(table);
    if (known !== undefined && known.length >= table.labels.length) return known;
    const places = new Uint16Array(known === undefined ? table.labels.length : table.labels.length * 2);
    if (known !== undefined) places.set(known);
    tables.set(table, places);
    return places;
  }
}

/** Values as words, so that NaN payloads stay. */
function pick(batch: IncomingBatch, placeOf: Uint16Array, partition: number, size: number): IncomingBatch {
  const numbers = new Uint32Array(size);
  const timesMs = new Float64Array(size);
  const words = new Uint32Array(size * 2);
  const source = new Uint32Array(batch.values.buffer, batch.values.byteOffset, batch.values.length * 2);
  for (let i = 0, at = 0; at < size; i++) {
    if (placeOf[i] !== partition) continue;
    numbers[at] = batch.numbers[i];
    timesMs[at] = batch.timesMs[i];
    words[at * 2] = source[i * 2];
    words[at * 2 + 1] = source[i * 2 + 1];
    at++;
  }
  const metadata = partition === 0 ? batch.metadata : [];
  return { tenant: batch.tenant, table: batch.table, numbers, timesMs, values: new Float64Array(words.buffer), metadata };
}
