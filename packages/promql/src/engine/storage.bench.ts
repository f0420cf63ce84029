/**
 * What a query costs out of an engine: `node packages/promql/src/engine/storage.bench.ts`. 1,000 series, an hour at 1 s, from a block, from
 * the head, and half from each.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { type Engine, openEngine, QueryBudget } from '@tidemark/tsdb';
import { Labels, NamedSeries } from '@tidemark/tsdb/model';
import { parse } from '../syntax/parser.ts';
import { evaluateInstant, evaluateRange } from './evaluate.ts';

const SERIES = 1000;
const SECONDS = 3900;
const ROUNDS = 15;
const LIMITS = { deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e6 };
const START_MS = 1_700_006_400_000;
const END_MS = START_MS + (SECONDS - 1) * 1000;
const labels = Array.from({ length: SERIES }, (_, i) => Labels.from({ __name__: 'x_total', instance: `host-${i}`, job: `job-${i % 10}` }));
const table = NamedSeries.of(labels);
const numbers = Uint32Array.from(labels, (_, i) => i);

async function filled(dir: string, writtenSeconds: number): Promise<Engine> {
  const clock = new ManualClock(START_MS);
  let engine = await openEngine({ dir, clock });
  const counters = new Float64Array(SERIES);
  let seed = 7;
  for (let second = 0; second < SECONDS; second++) {
    for (let i = 0; i < SERIES; i++) {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      counters[i] += seed >>> 26;
    }
    const timeMs = clock.now() + (seed % 4);
    const batch = { tenant: 'default', acceptedAtMs: timeMs, table, groups: [{ timeMs, numbers, values: counters.slice() }], metadata: [] };
    engine.append(batch, { offset: second, epochOffset: 0 });
    clock.advance(1000);
    if (second + 1 !== writtenSeconds) continue;
    await engine.drain();
    engine = await openEngine({ dir, clock });
  }
  return engine;
}

async function measure(name: string, run: () => Promise<unknown>): Promise<void> {
  const took: number[] = [];
  for (let i = 0; i <= ROUNDS; i++) {
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    if (i > 0) took.push((user + system) / 1000);
  }
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.floor(share * (ROUNDS - 1))].toFixed(1);
  console.log(`${name}: ${at(0.5)} ms CPU (${at(0.1)} to ${at(0.9)})`);
}

const RANGES = ['sum by (job) (rate(x_total[5m]))', 'sum by (job) (max_over_time(x_total[5m]))', 'topk(10, rate(x_total[5m]))'];
const INSTANTS = ['max_over_time(x_total[1h])', 'sum_over_time(x_total[1h])', 'count_over_time(x_total[1h])'];
for (const [place, writtenSeconds] of [
  ['block', SECONDS],
  ['head', 0],
  ['half block, half head', SECONDS / 2],
] as const) {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
  const queryable = await filled(dir, writtenSeconds);
  const request = () => ({ tenant: 'default', queryable, budget: new QueryBudget(LIMITS, systemClock) });
  for (const text of RANGES) {
    const range = { expr: parse(text), startMs: END_MS - 3_600_000, endMs: END_MS, stepMs: 15_000 };
    await measure(`${place}: ${text}, 1 h, step 15 s`, () => evaluateRange({ ...request(), ...range }));
  }
  for (const text of INSTANTS) await measure(`${place}: ${text}`, () => evaluateInstant({ ...request(), expr: parse(text), atMs: END_MS }));
  await rm(dir, { recursive: true });
}
