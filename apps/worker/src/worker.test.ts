import { waitFor } from '@tidemark/base/testing';
import type { StatusReport } from '@tidemark/rpc';
import { expect, test } from 'vitest';
import { startWorker, type TestWorker } from './testing/start-worker.ts';

const SECONDS = 20;

async function feed(worker: TestWorker): Promise<void> {
  for (let second = 0; second < SECONDS; second++) {
    const samples = ['a', 'b'].map((job) => ({ labels: { __name__: 'm', job }, atMs: worker.clock.now(), value: Math.sqrt(second) }));
    await worker.feed.send(samples);
    worker.clock.advance(1_000);
  }
  await worker.settle();
}

async function everything(worker: TestWorker): Promise<string> {
  return (await fetch(`${worker.url}/api/v1/query?query={__name__=~".%2B"}[1h]`)).text();
}

test.each([
  ['a crash', async (worker: TestWorker) => worker.crash()],
  ['a drain', async (worker: TestWorker) => worker.stop('keep')],
])('after %s the next worker answers the same, and goes on', async (_how, end) => {
  const first = await startWorker();
  await feed(first);
  const before = await everything(first);
  expect(JSON.parse(before).data.result.map((series: { values: unknown[] }) => series.values.length)).toEqual([SECONDS, SECONDS]);
  await end(first);

  const second = await startWorker({ after: first });
  await second.settle();
  expect(await everything(second)).toBe(before);
  await feed(second);
  const { data } = JSON.parse(await everything(second));
  expect(data.result.map((series: { values: unknown[] }) => series.values.length)).toEqual([2 * SECONDS, 2 * SECONDS]);
  await second.stop();
});

test('a damaged record costs itself, and is on the status page', async () => {
  const worker = await startWorker();
  await worker.settle(); // What comes before it has looked at the log counts as read again.
  await feed(worker);
  await worker.log.writer().append(0, new Uint8Array([9, 9, 9]));
  await feed(worker);
  const { result } = (await (await fetch(`${worker.url}/trpc/status.report`)).json()) as {
    result: { data: { log: { damaged: number }[]; ingestion: { samplesTotal: number } } };
  };
  expect(result.data.log[0].damaged).toBe(1);
  expect(result.data.ingestion.samplesTotal).toBe(4 * SECONDS);
  await worker.stop();
});

test('while the disk is low the status says so and the worker is ready, and it goes on when there is room', async () => {
  const space = { freeBytes: 0, totalBytes: 1e12 };
  const worker = await startWorker({ measureDisk: async () => space, diskFloorBytes: 1e9 });
  await worker.settle(); // What comes before it has looked at the log is a replay, and then it is not ready at once.
  await feed(worker);
  const report = async () => {
    const reply = (await (await fetch(`${worker.url}/trpc/status.report`)).json()) as { result: { data: StatusReport } };
    return reply.result.data;
  };
  const low = await report();
  expect(low.blocks).toEqual([]);
  expect(low.ready).toBeNull();
  expect(low.warnings[0]).toMatch(/^No blocks are written.*0 MiB free, below the floor of 953 MiB/);
  expect(await (await fetch(`${worker.url}/metrics`)).text()).toContain('tidemark_worker_disk_low 1');
  space.freeBytes = 2e9;
  await waitFor('a block', async () => {
    worker.clock.advance(4 * 3_600_000);
    return (await report()).blocks.length > 0;
  });
  expect((await report()).warnings.join()).not.toContain('No blocks');
  expect(JSON.parse(await everything(worker)).status).toBe('success');
  await worker.stop();
});

test('what is asked of a worker that stops is answered, and watching ends', async () => {
  const worker = await startWorker();
  await feed(worker);
  const input = encodeURIComponent(JSON.stringify({ queries: [] }));
  const watching = await fetch(`${worker.url}/trpc/query.live?input=${input}`, { headers: { Accept: 'text/event-stream' } });
  const events = watching.text();
  await worker.stop();
  expect(await events).toContain('SERVICE_UNAVAILABLE');
});

test('a log that grows from 1 to 3 to 7 partitions answers as one that never did', async () => {
  const steady = await startWorker();
  let grown = await startWorker();
  const worlds = () => [steady, grown];
  const ask = (worker: TestWorker, path: string) =>
    fetch(`${worker.url}/api/v1/${path}`).then((response) => response.json() as Promise<{ status: string }>);
  let round = 0;
  const feedBoth = async () => {
    for (let i = 0; i < 10; i++, round++) {
      for (const { feed, clock } of worlds()) {
        const atMs = clock.now();
        await feed.send(
          Array.from({ length: 20 }, (_, n) => ({ labels: { __name__: 'm_total', n: `${n}` }, atMs, value: round * n + 0.1 })),
        );
        clock.advance(15_000);
      }
    }
    for (const worker of worlds()) await worker.settle();
  };
  const expectSame = async () => {
    const nowS = steady.clock.now() / 1000;
    const range = (query: string) => `query_range?query=${encodeURIComponent(query)}&start=${nowS - 1200}&end=${nowS}&step=15`;
    const queries = ['sum(rate(m_total[1m]))', 'count(m_total)', 'm_total', 'max_over_time(m_total[20m])'].map(range);
    for (const path of [...queries, 'query?query=m_total[1h]', 'query?query=sum(m_total)', 'series?match[]=m_total']) {
      const answer = await ask(grown, path);
      expect(answer, path).toEqual(await ask(steady, path));
      expect(answer.status).toBe('success');
    }
  };
  await feedBoth();
  await expectSame();
  for (const partitions of [3, 7]) {
    await grown.stop('keep');
    grown.log.grow(partitions);
    grown = await startWorker({ after: grown });
    await feedBoth();
    await expectSame(); // Series that have moved are in two places.
    for (const { clock } of worlds()) clock.advance(1_800_000);
    await feedBoth();
    await expectSame(); // Only the new places count for these times.
  }
  for (const worker of worlds()) await worker.stop();
});
