import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, DiskWatch, type DiskWatchOptions } from '@tidemark/base/service';
import { ManualClock, waitFor } from '@tidemark/base/testing';
import { MemoryLog } from '@tidemark/log/memory';
import type { AlertPort, DashboardPort, ReceiverPort, RulePort } from '@tidemark/rpc';
import { type Engine, openEngine } from '@tidemark/tsdb';
import type { Alerting } from '../alerting.ts';
import { partitionFolder } from '../partitions/partition-folder.ts';
import { readRetention } from '../retention/retention-config.ts';
import { StorageProbe } from '../status/storage-probe.ts';
import { createWorker } from '../worker.ts';
import { Feed } from './feed.ts';
import { openGroupHere } from './open-group-here.ts';

/** A whole worker in this process, over a log in memory and an engine in a folder of its own; nobody knows any rules. */
export interface TestWorker {
  readonly url: string;
  readonly clock: ManualClock;
  readonly log: MemoryLog;
  readonly folder: string;
  readonly feed: Feed;
  /** Of workers on the same log: the first, the second, … */
  readonly generation: number;
  /** Everything fed so far can be queried, and the second that the clock stands in has ticked. */
  settle(): Promise<void>;
  /** Drains, and removes its folder unless that is kept. */
  stop(folder?: 'keep'): Promise<void>;
  /** Ends it without draining anything. */
  crash(): Promise<void>;
}

export interface TestWorkerOptions {
  /** Where a worker before it has left its samples and its log. */
  readonly after?: TestWorker;
  /** What its clock shows. */
  readonly startMs?: number;
  readonly engine?: Engine;
  /** A data folder that is there already, with a log of its own. */
  readonly folder?: string;
  readonly diskFloorBytes?: number;
  readonly measureDisk?: DiskWatchOptions['measure'];
  readonly ingestUrl?: string;
  readonly dashboards?: DashboardPort;
}

export async function startWorker(options: TestWorkerOptions = {}): Promise<TestWorker> {
  const folder = options.after?.folder ?? options.folder ?? (await mkdtemp(join(tmpdir(), 'tidemark-worker-')));
  const clock = options.after?.clock ?? new ManualClock(options.startMs ?? 1_700_000_000_000);
  const log = options.after?.log ?? new MemoryLog({ partitions: 1, clock });
  const generation = (options.after?.generation ?? 0) + 1;
  const logger = createLogger('test', 'silent');
  const group = await openGroupHere({
    clock,
    logger,
    partitions: log.partitions.map((_, partition) => partition),
    open: async () => {
      const engines = new Map<number, Engine>();
      for (const partition of log.partitions.keys()) {
        engines.set(partition, options.engine ?? (await openEngine({ dir: join(folder, partitionFolder(partition)), clock })));
      }
      return { source: log.source(), engines };
    },
  });
  const { services, http } = createWorker({
    clock,
    logger,
    version: '0.0.0-test',
    host: '127.0.0.1',
    port: 0,
    ingestUrl: options.ingestUrl ?? 'http://127.0.0.1:1',
    groups: [group],
    grownAtMs: log.source().grownAtMs,
    dataDir: folder,
    retention: readRetention(''),
    disk: await DiskWatch.open({
      path: folder,
      holds: 'samples',
      floorBytes: options.diskFloorBytes ?? 0,
      clock,
      measure: options.measureDisk,
    }),
    dashboards: options.dashboards ?? NO_DASHBOARDS,
    storage: new StorageProbe(folder, [], clock),
    alerting: () => NO_ALERTING,
  });
  await http.listen();
  const stop = new AbortController();
  const running = services.map((service) => service.run(stop.signal));
  const url = `http://127.0.0.1:${http.address.port}`;
  return {
    url,
    clock,
    log,
    folder,
    feed: new Feed(log.writer(), clock, generation),
    generation,
    settle: async () => {
      await waitFor('the worker to catch up', async () => isCaughtUp(await metricsOf(url), log.partitions.length));
    },
    stop: async (kept) => {
      stop.abort();
      for (const service of [...services].reverse()) await service.drain();
      await Promise.all(running);
      if (kept !== 'keep') await rm(folder, { recursive: true });
    },
    crash: async () => {
      stop.abort();
      await http.drain();
      await Promise.all(running);
      await group.close();
    },
  };
}

function isCaughtUp(metrics: string, partitions: number): boolean {
  return metrics.match(/^tidemark_worker_log_lag_records\{partition="\d+"\} 0$/gm)?.length === partitions;
}

async function metricsOf(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

const NO_ALERTING: Alerting = {
  services: [],
  rules: {} as RulePort,
  alerts: {} as AlertPort,
  receivers: {} as ReceiverPort,
  prometheusRules: async () => ({ groups: [] }),
  prometheusAlerts: async () => ({ alerts: [] }),
};

const NO_DASHBOARDS: DashboardPort = {
  list: async () => [],
  get: async () => null,
  save: async () => ({ kind: 'refused', message: 'this test keeps no dashboards' }),
  remove: async () => false,
};
