/** Tidemark and Prometheus side by side, with the same samples by remote write. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@tidemark/base/testing';
import { type Store, startStore } from '../../bench/support/store.ts';
import { type Prometheus, startPrometheus } from './prometheus.ts';
import { encodeWriteRequest, type SeriesToSend, sendWriteRequest } from './remote-write.ts';

export interface Both {
  readonly store: Store;
  readonly prometheus: Prometheus;
  /** In the order of their times; resolves when both answer with the last of them. */
  load(series: readonly SeriesToSend[]): Promise<void>;
  /** The same request to both: ours, theirs. */
  ask(path: string, init?: RequestInit): Promise<readonly [Response, Response]>;
  stop(): Promise<void>;
}

export async function startBoth(): Promise<Both> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-both-'));
  const [store, prometheus] = await Promise.all([startStore(folder), startPrometheus(folder)]);
  return {
    store,
    prometheus,
    load: async (series) => {
      for (const part of inTimeOrder(series)) {
        const body = encodeWriteRequest(part);
        for (const url of [store.ingestUrl, prometheus.url]) {
          const reply = await sendWriteRequest(url, body);
          if (!reply.ok) throw new Error(`${url} answered ${reply.status}: ${await reply.text()}`);
        }
      }
      await waitFor('Tidemark to have taken it in', async () => {
        const reply = await fetch(`${store.queryUrl}/api/v1/status/intake`);
        return ((await reply.json()) as { data: { waitingRecords: number } }).data.waitingRecords === 0;
      });
    },
    ask: (path, init) =>
      Promise.all([store.queryUrl, prometheus.url].map((url) => fetch(url + path, init))) as Promise<[Response, Response]>,
    stop: async () => {
      await Promise.all([store.stop(), prometheus.stop()]);
      await rm(folder, { recursive: true });
    },
  };
}

const PART_MS = 300_000;

/** Prometheus takes nothing that is much older than the newest. */
export function inTimeOrder(series: readonly SeriesToSend[]): SeriesToSend[][] {
  const parts = new Map<number, SeriesToSend[]>();
  for (const { labels, samples } of series) {
    for (const [part, some] of Map.groupBy(samples, ({ timeMs }) => Math.floor(timeMs / PART_MS))) {
      parts.set(part, [...(parts.get(part) ?? []), { labels, samples: some }]);
    }
  }
  return [...parts].sort(([a], [b]) => a - b).map(([, some]) => some);
}
