import { ManualClock, waitFor } from '@tidemark/base/testing';
import { Labels, NamedSeries } from '@tidemark/tsdb/model';
import { Histogram, Registry } from 'prom-client';
import { beforeEach, expect, test } from 'vitest';
import { QUERIES_RUNNING_MAX } from '../limits.ts';
import { MemoryEngine } from '../testing/memory-engine.ts';
import { QueryService } from './query-service.ts';

const T = 1_700_000_000_000;
const SERIES = 10;
let clock: ManualClock;
let duration: Histogram<'kind' | 'outcome'>;

beforeEach(() => {
  clock = new ManualClock(T);
  duration = new Histogram({ name: 'd', help: 'd', labelNames: ['kind', 'outcome'], registers: [new Registry()] });
});

function service(limits = {}, engine: MemoryEngine = filled()) {
  return new QueryService({
    source: { queryable: engine },
    clock,
    limits: { deadlineMs: 30_000, samplesMax: 1_000, seriesMax: 100, ...limits },
    duration,
  });
}

function filled(): MemoryEngine {
  const engine = new MemoryEngine();
  const labels = Array.from({ length: SERIES }, (_, i) => Labels.from({ __name__: 'm', i: String(i) }));
  const groups = [T, T + 1_000].map((timeMs) => ({
    timeMs,
    numbers: Uint32Array.from(labels.keys()),
    values: new Float64Array(SERIES).fill(1),
  }));
  engine.append({ tenant: 'default', acceptedAtMs: T, table: NamedSeries.of(labels), groups, metadata: [] }, { offset: 0, epochOffset: 0 });
  return engine;
}

const now = { kind: 'instant', atMs: T + 1_000 } as const;

test('an answer has its cost, and is counted', async () => {
  const answer = await service().query('default', 'sum(m)', now);
  expect(answer).toMatchObject({ kind: 'answer', value: { kind: 'vector', samples: [{ value: 10 }] }, cost: { series: SERIES } });
  const counts = (await duration.get()).values.filter(({ metricName }) => metricName === 'd_count');
  expect(counts).toMatchObject([{ labels: { kind: 'instant', outcome: 'ok' }, value: 1 }]);
});

test.each([
  ['samples', { samplesMax: 5 }],
  ['series', { seriesMax: 5 }],
])('too many %s end a query by an answer that says what to do', async (_what, limits) => {
  const answer = await service(limits).query('default', 'm', now);
  expect(answer).toMatchObject({
    kind: 'problem',
    problem: { kind: 'too_large', message: expect.stringContaining('narrow its selectors') },
  });
});

test('a query that never got its turn is told so, and leaves the row', async () => {
  const engine = new StuckEngine();
  const queries = service({}, engine);
  const running = Array.from({ length: QUERIES_RUNNING_MAX }, () => queries.query('default', 'm', now));
  await waitFor('them to run', () => engine.asked === QUERIES_RUNNING_MAX);
  const waiting = queries.query('default', 'm', now, { timeoutMs: 1_000 });
  await waitFor('it to wait', () => queries.admission.waiting === 1);
  clock.advance(1_001);
  expect(await waiting).toMatchObject({
    kind: 'problem',
    problem: { kind: 'timeout', message: 'query waited longer than 1 s for its turn' },
  });
  engine.release();
  expect((await Promise.all(running)).map(({ kind }) => kind)).toEqual(running.map(() => 'answer'));
  expect([queries.admission.running, queries.admission.waiting]).toEqual([0, 0]);
});

test('a bug is thrown, not told as a problem, and gives its turn back', async () => {
  const engine = new StuckEngine();
  engine.release(new TypeError('a bug'));
  const queries = service({}, engine);
  await expect(queries.query('default', 'm', now)).rejects.toThrow('a bug');
  expect(queries.admission.running).toBe(0);
});

class StuckEngine extends MemoryEngine {
  asked = 0;
  release: (error?: Error) => void = () => {};
  readonly #released = new Promise<Error | undefined>((resolve) => {
    this.release = resolve;
  });

  override async select(...request: Parameters<MemoryEngine['select']>): ReturnType<MemoryEngine['select']> {
    this.asked++;
    const error = await this.#released;
    if (error !== undefined) throw error;
    return super.select(...request);
  }
}
