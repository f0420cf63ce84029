import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startWorker, type TestWorker } from '../testing/start-worker.ts';

const T = 1_700_000_000;

async function feed(worker: TestWorker, seconds: readonly number[], tenant = 'default'): Promise<void> {
  for (const second of seconds) {
    const samples = ['a', 'b'].map((job) => ({ labels: { __name__: 'm', job }, atMs: (T + second) * 1000, value: second }));
    await worker.feed.send(samples, tenant);
  }
}

async function values(worker: TestWorker, tenant = 'default'): Promise<Record<string, string[]>> {
  const reply = await fetch(`${worker.url}/api/v1/query?query=m[1h]&time=${T + 100}`, { headers: { 'X-Scope-OrgID': tenant } });
  const { data } = (await reply.json()) as { data: { result: { metric: { job: string }; values: [number, string][] }[] } };
  return Object.fromEntries(data.result.map(({ metric, values }) => [metric.job, values.map(([, value]) => value)]));
}

const admin = (worker: TestWorker, path: string, init: RequestInit = {}) =>
  fetch(`${worker.url}/api/v1/admin/tsdb/${path}`, { method: 'POST', ...init });

test('series are deleted by matcher and time, for one tenant, and a restart does not bring them back', async () => {
  const first = await startWorker({ startMs: T * 1000 });
  await feed(first, [0, 1, 2, 3]);
  await feed(first, [1], 'other');
  // Not waited for: what is acknowledged is deleted, consumed or not.
  const deleted = await admin(first, `delete_series?start=${T + 1}&end=${T + 2}`, {
    body: new URLSearchParams([
      ['match[]', 'm{job=~"b|x"}'],
      ['match[]', 'absent'],
    ]),
  });
  expect([deleted.status, await deleted.text()]).toEqual([204, '']);
  await first.settle();
  const expected = { a: ['0', '1', '2', '3'], b: ['0', '3'] };
  expect(await values(first)).toEqual(expected);
  expect(await values(first, 'other')).toEqual({ a: ['1'], b: ['1'] });
  await first.crash();

  const second = await startWorker({ after: first });
  await second.settle();
  expect(await values(second)).toEqual(expected);
  expect((await admin(second, 'delete_series?match[]=m', { method: 'PUT', headers: { 'X-Scope-OrgID': 'other' } })).status).toBe(204);
  expect(await values(second, 'other')).toEqual({});
  expect((await admin(second, 'clean_tombstones')).status).toBe(204);
  expect(await values(second)).toEqual(expected);
  await second.stop();
});

test('a snapshot is another data folder with the same samples, that goes on by itself', async () => {
  const worker = await startWorker({ startMs: T * 1000 });
  await feed(worker, [0, 1]);
  await feed(worker, [7], 'other');
  await worker.settle();
  expect((await admin(worker, `delete_series?match[]=m{job="b"}&end=${T}`)).status).toBe(204);
  const take = async (query = '') => {
    const { data } = (await (await admin(worker, `snapshot${query}`)).json()) as { data: { name: string } };
    return data.name;
  };
  const empty = await take('?skip_head=true');
  const whole = await take();
  expect(whole).toMatch(/^\d{8}T\d{6}Z-[0-9a-f]{16}$/);
  const expected = { a: ['0', '1'], b: ['1'] };
  // What happens to the first does not reach the second.
  await feed(worker, [2]);
  expect((await admin(worker, 'delete_series?match[]=m{job="a"}')).status).toBe(204);
  expect((await admin(worker, 'clean_tombstones')).status).toBe(204);
  await worker.settle();
  expect(await values(worker)).toEqual({ b: ['1', '2'] });

  const folderOf = (name: string) => join(worker.folder, 'snapshots', name);
  const restored = await startWorker({ folder: folderOf(whole), startMs: T * 1000 });
  expect(await values(restored)).toEqual(expected);
  expect(await values(restored, 'other')).toEqual({ a: ['7'], b: ['7'] });
  await feed(restored, [3]);
  await restored.settle();
  expect(await values(restored)).toEqual({ a: ['0', '1', '3'], b: ['1', '3'] });
  await restored.stop();
  const headless = await startWorker({ folder: folderOf(empty), startMs: T * 1000 });
  expect(await values(headless)).toEqual({});
  await headless.stop();
  expect(await readdir(join(worker.folder, 'snapshots'))).toEqual([]);
  await worker.stop();
});

test.each([
  ['delete_series', {}, 400, 'no match[] parameter provided'],
  ['delete_series?match[]=sum(m)', {}, 400, 'parse error: unexpected'],
  ['delete_series?match[]=m&start=x', {}, 400, 'cannot parse \\"x\\" to a valid timestamp'],
  ['delete_series?match[]=m', { headers: { Origin: 'http://evil.example' } }, 403, 'not for pages in a browser'],
  ['snapshot', { headers: { Origin: 'http://evil.example' } }, 403, 'not for pages in a browser'],
  ['snapshot?skip_head=maybe', {}, 400, 'strconv.ParseBool: parsing'],
  ['delete_series?match[]=m', { method: 'GET' }, 405, 'Method Not Allowed'],
])('%s is refused', async (path, init, status, words) => {
  const worker = await startWorker({ startMs: T * 1000 });
  await feed(worker, [0]);
  await worker.settle();
  const reply = await admin(worker, path, init);
  expect(reply.status).toBe(status);
  expect(await reply.text()).toContain(words);
  expect(await values(worker)).toEqual({ a: ['0'], b: ['0'] });
  await worker.stop();
});
