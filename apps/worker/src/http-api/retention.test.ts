import type { RetentionPlan } from '@tidemark/rpc';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorker, type TestWorker } from '../testing/start-worker.ts';

const HOUR_MS = 3_600_000;
let first: TestWorker;
let worker: TestWorker;

beforeAll(async () => {
  first = await startWorker();
  for (let hour = 0; hour < 12; hour++) {
    const sample = { atMs: first.clock.now(), value: hour };
    await first.feed.send(['critical', 'info'].map((level) => ({ labels: { __name__: 'up', level }, ...sample })));
    first.clock.advance(HOUR_MS);
  }
  await first.settle();
  await first.stop('keep'); // Which writes blocks.
  worker = await startWorker({ after: first });
  await worker.settle();
});
afterAll(() => worker.stop());

async function ask(path: string, parameters: Record<string, string> = {}) {
  const response = await fetch(`${worker.url}/api/v1/${path}`, { method: 'POST', body: new URLSearchParams(parameters) });
  return { code: response.status, ...((await response.json()) as { data: RetentionPlan; error?: string }) };
}

test('the dry run tells what goes, by the rules that hold or by others, and changes nothing', async () => {
  const now = await ask('status/retention');
  expect(now.data).toEqual({ atMs: worker.clock.now(), held: null, leaving: [], freedBytes: 0 });
  const later = await ask('status/retention', { within: '30d' });
  expect(later.data.leaving.length).toBeGreaterThan(5);
  expect(later.data.freedBytes).toBe(later.data.leaving.reduce((sum, { bytes }) => sum + bytes, 0));
  expect(later.data.leaving[0]).toMatchObject({ reason: 'age', resolutionMs: 0, series: 2 });
  const config = 'retention: { raw: 4h, slow_raw: 4h, series: [{ match: "{level=\'critical\'}", raw: 30d }] }';
  const other = await ask('status/retention', { config });
  expect(new Set(other.data.leaving.map(({ reason, series }) => `${reason} ${series}`))).toEqual(new Set(['series 1']));
  const size = await ask('status/retention', { config: 'retention: { size: 1B }' });
  expect(new Set(size.data.leaving.map(({ reason }) => reason))).toEqual(new Set(['size']));
  expect((await ask('status/retention')).data.leaving).toEqual([]);
});

test('rules that cannot be used are said to be so', async () => {
  const { code, error } = await ask('status/retention', { config: 'retention: { raw: soon }' });
  expect(code).toBe(400);
  expect(error).toContain('"soon" is no age');
});

test('who sends old samples learns how far back they are taken, and whether the worker keeps up', async () => {
  const response = await fetch(`${worker.url}/api/v1/status/intake`);
  const { data } = (await response.json()) as {
    data: { takenFromMs: number; waitingRecords: number; memoryPart: number; refused: unknown[] };
  };
  expect(data.takenFromMs).toBe(worker.clock.now() - 730 * 24 * HOUR_MS);
  expect(data.waitingRecords).toBe(0);
  expect(data.memoryPart).toBeLessThan(0.1);
  expect(data.refused).toEqual([]);
});
