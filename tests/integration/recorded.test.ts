/** What Prometheus answers to requests of all kinds, recorded, and what Tidemark does: a worker in this process, over the same samples. */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorker, type TestWorker } from '../../apps/worker/src/testing/start-worker.ts';
import { difference } from '../support/answers.ts';
import { apiSeries } from '../support/api-requests.ts';
import { inTimeOrder } from '../support/both.ts';
import { demoSeries } from '../support/demo-series.ts';
import { answerTo, readAnswers } from '../support/recorded-answers.ts';
import type { SeriesToSend } from '../support/remote-write.ts';

const api = readAnswers('api');
const compliance = readAnswers('compliance');
const { startS } = api;

/** What ingest is asked for, which is not here. */
const OF_INGEST = /^(targets|scrape_pools)/;

let worker: TestWorker;
beforeAll(async () => {
  worker = await startWorker({ startMs: (startS + 3600) * 1000 });
  await load(apiSeries(startS));
});
afterAll(() => worker?.stop());

test('the same answers to requests, to the letter', async () => {
  const differences: string[] = [];
  for (const recorded of api.answers.filter(({ request }) => !OF_INGEST.test(request))) {
    const own = await answerTo(worker.url, recorded.request);
    if (!isDeepStrictEqual(own, recorded)) differences.push(`${JSON.stringify(own)}\n${JSON.stringify(recorded)}`);
  }
  expect(differences).toEqual([]);
  expect(api.answers.length).toBeGreaterThan(150);
});

test('the same answers to the queries of the compliance tester', async () => {
  await load(demoSeries(startS * 1000, (startS + 3600) * 1000));
  const differences: string[] = [];
  for (const recorded of compliance.answers) {
    const own = await answerTo(worker.url, recorded.request);
    const found = difference(own.body, recorded.body, { values: 1e-13, notes: true });
    if (found !== null || own.status !== recorded.status) differences.push(`${recorded.request}\n${found}`);
  }
  expect(differences).toEqual([]);
  expect(compliance.answers.length).toBeGreaterThan(500);
}, 120_000);

async function load(series: readonly SeriesToSend[]): Promise<void> {
  for (const part of inTimeOrder(series)) {
    const fed = part.flatMap(({ labels, samples }) =>
      samples.map((sample) => ({ labels, atMs: sample.timeMs, value: 'value' in sample ? sample.value : Number.NaN })),
    );
    await worker.feed.send(fed.sort((a, b) => a.atMs - b.atMs));
  }
  await worker.settle();
}
