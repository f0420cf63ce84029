import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Prng } from '@tidemark/base';
import { makeFolderDurably, nodeFiles } from '@tidemark/base/files';
import type { CleaningOutcome, Deletion, DeletionOutcome, RestoredBlock, RestoreOutcome } from '@tidemark/tsdb';
import type { TimeRange } from '@tidemark/tsdb/model';
import type { GroupClient } from '../partitions/group-client.ts';

/** What an operator does to the whole store: all partitions of this worker, one after the other. */
export interface AdministrationOptions {
  readonly groups: readonly Pick<GroupClient, 'deleteSamples' | 'cleanTombstones' | 'snapshot' | 'restoreArchived'>[];
  /** Holds a folder for each partition, and `snapshots/`. */
  readonly dataDir: string;
  readonly clock: Clock;
  /** For the names of snapshots. */
  readonly random: Prng;
}

export type SnapshotTaken = { readonly kind: 'taken'; readonly name: string } | { readonly kind: 'refused'; readonly reason: string };

export class Administration {
  readonly #options: AdministrationOptions;
  /** One snapshot at a time. */
  #snapshots: Promise<unknown> = Promise.resolve();

  constructor(options: AdministrationOptions) {
    this.#options = options;
  }

  /** Deletes also what is acknowledged, and has not been consumed yet. */
  async deleteSamples(deletion: Deletion): Promise<DeletionOutcome> {
    for (const group of this.#options.groups) {
      const outcome = await group.deleteSamples(deletion);
      if (outcome.kind === 'refused') return outcome;
    }
    return { kind: 'deleted' };
  }

  async cleanTombstones(): Promise<CleaningOutcome> {
    for (const group of this.#options.groups) {
      const outcome = await group.cleanTombstones();
      if (outcome.kind === 'refused') return outcome;
    }
    return { kind: 'cleaned' };
  }

  /** Of a tenant's blocks in a range, those that lie in an archive. */
  async restoreArchived(tenant: string, range: TimeRange, days: number): Promise<RestoreOutcome> {
    const blocks: RestoredBlock[] = [];
    for (const group of this.#options.groups) {
      const outcome = await group.restoreArchived(tenant, range, days);
      if (outcome.kind === 'refused') return outcome;
      blocks.push(...outcome.blocks);
    }
    return { kind: 'asked', blocks: blocks.sort((a, b) => a.fromMs - b.fromMs) };
  }

  /** `DATA/snapshots/NAME`, which is a data folder itself: it is there when it is whole. */
  snapshot(skipHead: boolean): Promise<SnapshotTaken> {
    const taken = this.#snapshots.then(() => this.#snapshot(skipHead));
    this.#snapshots = taken.catch(() => {});
    return taken;
  }

  async #snapshot(skipHead: boolean): Promise<SnapshotTaken> {
    const { groups, dataDir, clock, random } = this.#options;
    const folder = join(dataDir, 'snapshots');
    await makeFolderDurably(nodeFiles, folder);
    await removeHalf(folder);
    const name = snapshotName(clock.now(), random);
    for (const group of groups) {
      const outcome = await group.snapshot(join(folder, name + HALF_SUFFIX), skipHead);
      if (outcome.kind === 'written') continue;
      await removeHalf(folder);
      return outcome;
    }
    // The partitions' names first, then the snapshot's: who was told its name finds it whole after a crash.
    await nodeFiles.syncFolder(join(folder, name + HALF_SUFFIX));
    await nodeFiles.rename(join(folder, name + HALF_SUFFIX), join(folder, name));
    await nodeFiles.syncFolder(folder);
    return { kind: 'taken', name };
  }
}

const HALF_SUFFIX = '.tmp';

/** What a crash, or a full disk, has left. */
async function removeHalf(folder: string): Promise<void> {
  for (const file of await readdir(folder)) if (file.endsWith(HALF_SUFFIX)) await rm(join(folder, file), { recursive: true });
}

/** As Prometheus names them: `20260123T120000Z-0123456789abcdef`. */
function snapshotName(nowMs: number, random: Prng): string {
  const time = new Date(nowMs).toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
  const half = () => random.bits().toString(16).padStart(8, '0');
  return `${time}-${half()}${half()}`;
}
