import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { waitFor } from '@tidemark/base/testing';
import type { LogWriter } from '@tidemark/log';
import { openFileLogWriter } from '@tidemark/log/file';
import type { TenantLimits } from '@tidemark/tsdb';
import type { GroupClient } from '../partitions/group-client.ts';
import { Partitions } from '../partitions/partitions.ts';
import { startThreads } from '../partitions/start-threads.ts';
import { readRetention } from '../retention/retention-config.ts';
import { readStorageSettings } from '../storage-settings.ts';
import { type FedSample, Feed } from './feed.ts';

/** A log in files, and its partitions in threads of their own: what a worker has below its HTTP server. */
export interface ThreadedWorld {
  readonly writer: LogWriter;
  readonly feed: Feed;
  readonly groups: readonly GroupClient[];
  readonly partitions: Partitions;
  close(): Promise<void>;
}

/** `rounds` are in the log, and in the engines, when it is there. */
export async function startThreadedWorld(
  partitionsAll: number,
  threads: number,
  rounds: Iterable<readonly FedSample[]>,
  retention = 'retention: { raw: 1d }',
  tenants: ReadonlyMap<string, Partial<TenantLimits>> = new Map(),
): Promise<ThreadedWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-partitions-'));
  const logDir = join(folder, 'log');
  const writer = await openFileLogWriter({ dir: logDir, partitions: partitionsAll, clock: systemClock });
  const feed = new Feed(writer, systemClock);
  for (const samples of rounds) await feed.send(samples);
  const places = {
    storage: readStorageSettings(''),
    logDir,
    dataDir: join(folder, 'data'),
    retention: readRetention(retention),
    partitionsAll,
    memoryBytes: 2 ** 30,
    tenants,
  };
  const groups = await startThreads(places, threads);
  const running = groups.map((group) => group.run(new AbortController().signal).catch(() => {}));
  await waitFor('the replay', () => groups.every((group) => group.partitions.every((partition) => partition.replayed)), 60_000);
  return {
    writer,
    feed,
    groups,
    partitions: new Partitions(groups, null, systemClock),
    close: async () => {
      for (const group of groups) await group.close();
      await Promise.all(running);
      await writer.close();
      await rm(folder, { recursive: true });
    },
  };
}
