import type { Clock } from '@tidemark/base';
import type { BlockStore } from '../block/block-store.ts';
import type { DeletionOutcome } from '../engine.ts';
import type { Head } from '../head/head.ts';
import { removeEmpty } from '../head/remove-empty.ts';
import { Pacer } from '../pacer.ts';
import { eraseHead } from './erase-head.ts';
import type { Deletion } from './tombstone.ts';
import type { Tombstones } from './tombstones.ts';

/**
 * Makes a deletion: of everything in records before `logEnd`, and of what is appended while memory is being emptied.
 * `appendedTo` is asked at the end: the offset behind the last record that was appended.
 */
export async function deleteSamples(
  { clock, head, store, tombstones }: DeletionParts,
  deletion: Deletion,
  logEnd: number,
  appendedTo: () => number,
): Promise<DeletionOutcome> {
  if (tombstones.isFull) {
    const reason = `${tombstones.all.length} deletions wait for their samples to be removed: clean the tombstones first`;
    return { kind: 'refused', reason };
  }
  await tombstones.begin({ ...deletion, id: store.nextId(), logOffset: logEnd });
  try {
    const inMemory = head.tenant(deletion.tenant);
    if (inMemory !== undefined) {
      const pacer = new Pacer(clock);
      await eraseHead(inMemory, deletion, pacer);
      await removeEmpty(inMemory, pacer);
    }
  } finally {
    await tombstones.settle(appendedTo());
  }
  return { kind: 'deleted' };
}

interface DeletionParts {
  readonly clock: Clock;
  readonly head: Head;
  readonly store: BlockStore;
  readonly tombstones: Tombstones;
}
