/** Samples that lie where nobody can be asked: what is said of them, and how they are had back. */
import type { MissingStretch, QueryBudget, RestoreOutcome } from '@tidemark/tsdb';
import type { TimeRange } from '@tidemark/tsdb/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MemoryEngine } from '../testing/memory-engine.ts';
import { startWorker, type TestWorker } from '../testing/start-worker.ts';

const T = 1_700_000_000;
const ARCHIVED: MissingStretch = { fromMs: (T - 7200) * 1000, toMs: (T - 3600) * 1000, reason: 'archived', detail: 'in an archive' };
const WARNING = 'samples from 2023-11-14T20:13:20.000Z to 2023-11-14T21:13:20.000Z are missing: they lie in an archive; ';

/** Says that some of what it is asked for is in an archive. */
class ArchivingEngine extends MemoryEngine {
  restores: unknown[] = [];
  refusal: string | null = null;

  override select(...asked: Parameters<MemoryEngine['select']>): ReturnType<MemoryEngine['select']> {
    asked[1].miss(ARCHIVED);
    return super.select(...asked);
  }

  override series(...asked: [...Parameters<MemoryEngine['series']>, QueryBudget?]): ReturnType<MemoryEngine['series']> {
    asked[3]?.miss(ARCHIVED);
    return super.series(...(asked.slice(0, 3) as Parameters<MemoryEngine['series']>));
  }

  override async restoreArchived(...asked: [string?, TimeRange?, number?]): Promise<RestoreOutcome> {
    this.restores.push(asked);
    if (this.refusal !== null) return { kind: 'refused', reason: this.refusal };
    const { fromMs, toMs } = ARCHIVED;
    return { kind: 'asked', blocks: [{ id: '018bcfe568000badcafe', fromMs, toMs, bytes: 1000, state: 'archived' }] };
  }

  override stats(): ReturnType<MemoryEngine['stats']> {
    const place = {
      name: 'cold',
      where: 's3://bucket/partition-0/',
      blocks: 3,
      bytes: 300,
      strays: 0,
      waiting: { blocks: 1, bytes: 100, trouble: { atMs: T, message: 'cold does not answer' } },
      movedBlocks: 3,
      movedBytes: 300,
      requests: 7,
      readBytes: 70,
      failures: 2,
      cacheHits: 5,
      cacheMisses: 6,
    };
    return { ...super.stats(), places: [place] };
  }
}

const engine = new ArchivingEngine();
let worker: TestWorker;
beforeAll(async () => {
  worker = await startWorker({ startMs: T * 1000, engine });
  await worker.feed.send([{ labels: { __name__: 'm' }, atMs: T * 1000, value: 1 }]);
  await worker.settle();
});
afterAll(() => worker.stop());

// biome-ignore lint/suspicious/noExplicitAny: whatever a test expects of it.
const json = async (path: string, init?: RequestInit): Promise<any> => (await fetch(`${worker.url}/api/v1/${path}`, init)).json();
const MISSING = [{ start: T - 7200, end: T - 3600, reason: 'archived' }];

test.each([`query?query=m&time=${T}`, `query_range?query=sum(m)&start=${T - 60}&end=${T}&step=60`, 'series?match[]=m'])(
  'the answer to %s says what it is without',
  async (path) => {
    const { status, data, warnings, missing } = await json(path);
    expect(status).toBe('success');
    expect(JSON.stringify(data)).toMatch(/__name__|values/);
    expect(warnings).toEqual([expect.stringContaining(WARNING)]);
    expect(missing).toEqual(MISSING);
  },
);

test('what is archived is asked for, for some days, by programs', async () => {
  const restored = await json(`admin/tsdb/restore?start=${T - 9000}&end=${T}`, { method: 'POST' });
  expect(restored.data).toEqual([{ id: '018bcfe568000badcafe', start: T - 7200, end: T - 3600, bytes: 1000, state: 'archived' }]);
  await json('admin/tsdb/restore?days=10', { method: 'POST', headers: { 'X-Scope-OrgID': 'other' } });
  expect(engine.restores).toEqual([
    ['default', { fromMs: (T - 9000) * 1000, toMs: T * 1000 }, 3],
    ['other', expect.anything(), 10],
  ]);
  for (const days of ['0', '1.5', 'x', '5000'])
    expect((await json(`admin/tsdb/restore?days=${days}`, { method: 'POST' })).errorType).toBe('bad_data');
  expect((await json('admin/tsdb/restore', { method: 'POST', headers: { Origin: 'http://evil.example' } })).errorType).toBe('forbidden');
  engine.refusal = 'cold does not answer';
  expect(await json('admin/tsdb/restore', { method: 'POST' })).toMatchObject({ errorType: 'unavailable', error: 'cold does not answer' });
});

test('the status has the places, and metrics have what goes on there', async () => {
  const input = encodeURIComponent(JSON.stringify(null));
  const { result } = (await (await fetch(`${worker.url}/trpc/status.report?input=${input}`)).json()) as {
    result: { data: { places: unknown } };
  };
  expect(result.data.places).toEqual([
    {
      name: 'cold',
      where: 's3://bucket/',
      blocks: 3,
      bytes: 300,
      waitingBlocks: 1,
      waitingBytes: 100,
      trouble: 'cold does not answer',
    },
  ]);
  const metrics = await (await fetch(`${worker.url}/metrics`)).text();
  expect(metrics).toContain('tidemark_place_waiting_bytes{place="cold"} 100');
  expect(metrics).toContain('# TYPE tidemark_place_requests_total counter');
  expect(metrics).toContain('tidemark_place_requests_total{place="cold"} 7');
});
