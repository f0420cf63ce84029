import { assert } from '@tidemark/base';
import type { Labels } from '../model/labels.ts';
import { seriesHash } from '../model/series-hash.ts';

/**
 * Where a series lives: its hash names one of 4096 virtual shards, and rendezvous hashing (Thaler and
 * Ravishankar, 1998) gives each virtual shard to one partition, so that adding partitions moves the least.
 */
export const VIRTUAL_SHARDS = 4096;

export class Placement {
  readonly partitions: number;
  readonly #partitionOfShard: Uint16Array;

  constructor(partitions: number) {
    assert(Number.isInteger(partitions) && partitions >= 1 && partitions <= 1024, `partitions: ${partitions}`);
    this.partitions = partitions;
    this.#partitionOfShard = Uint16Array.from({ length: VIRTUAL_SHARDS }, (_, shard) => highestWeight(shard, partitions));
  }

  partitionOf(tenant: string, labels: Labels): number {
    return this.partitionOfHash(seriesHash(tenant, labels));
  }

  /** The same by the series' hash. */
  partitionOfHash(hash: number): number {
    return this.#partitionOfShard[hash & (VIRTUAL_SHARDS - 1)];
  }
}

function highestWeight(shard: number, partitions: number): number {
  let best = 0;
  let bestWeight = -1;
  for (let partition = 0; partition < partitions; partition++) {
    const weight = mix(Math.imul(shard + 1, 0x9e3779b1) ^ mix(partition + 1));
    if (weight > bestWeight) {
      best = partition;
      bestWeight = weight;
    }
  }
  return best;
}

/** MurmurHash3's 32-bit finalizer. */
function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
