/**
 * `node apps/worker/src/partitions/long-query.bench.ts`: a tick of 200 rules, and the question how far partitions have come, alone and
 * beside a long query in two threads; and for how long those threads could run and had no core.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { type Prng, prng, systemClock } from '@tidemark/base';
import { evaluateInstant, evaluateRange, parse } from '@tidemark/promql';
import { QueryBudget } from '@tidemark/tsdb';
import { startThreadedWorld } from '../testing/threaded-world.ts';

const SERIES = 200;
const SECONDS = 1_800;
const ROUNDS = 20;
const PAUSE_MS = 50;
const RULES = Array.from({ length: SERIES }, (_, n) => parse(`m_total{n="${n}"} > 0.5`));
const HEAVY = parse('mad_over_time(m_total[20m])');

const endMs = Math.floor(Date.now() / 1000) * 1000;
const world = await startThreadedWorld(2, 2, history(prng(3)));
for (const isBeside of [false, true, false, true, false, true]) await measure(isBeside);
await world.close();

async function measure(isBeside: boolean): Promise<void> {
  const stop = new AbortController();
  const querying = isBeside ? queryUntil(stop.signal) : null;
  const probesMs: number[] = [];
  const ticksMs: number[] = [];
  const before = coreTime();
  for (let round = 0; round < ROUNDS; round++) {
    await timed(probesMs, () => Promise.all(world.groups.flatMap((group) => group.partitions.map((partition) => partition.probe()))));
    await timed(ticksMs, () => tick(endMs + round));
    await systemClock.sleep(PAUSE_MS);
  }
  const after = coreTime();
  stop.abort();
  await querying;
  const share = (after.waitedMs - before.waitedMs) / (after.ranMs - before.ranMs);
  const where = isBeside ? 'beside a long query' : 'alone';
  console.log(
    `${where}: tick ${median(ticksMs)} ms, probe ${median(probesMs)} ms, waited for a core ${share.toFixed(1)} × as long as it ran`,
  );
}

async function tick(atMs: number): Promise<void> {
  const { queryable, leavesAhead: leaves } = world.partitions;
  await Promise.all(RULES.map((expr) => evaluateInstant({ expr, tenant: 'default', queryable, leaves, budget: budget(), atMs })));
}

async function queryUntil(signal: AbortSignal): Promise<void> {
  const { queryable, leaves } = world.partitions;
  const range = { startMs: endMs - 600_000, endMs, stepMs: 1_000 };
  while (!signal.aborted) {
    await evaluateRange({ expr: HEAVY, tenant: 'default', queryable, leaves, budget: budget(signal), ...range }).catch(() => {});
  }
}

function budget(signal?: AbortSignal): QueryBudget {
  return new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e6 }, systemClock, signal);
}

function* history(random: Prng) {
  for (let second = SECONDS; second > 0; second--) {
    yield Array.from({ length: SERIES }, (_, n) => {
      return { labels: { __name__: 'm_total', n: String(n) }, atMs: endMs - second * 1000, value: random.int(0, 1_000) };
    });
  }
}

/** Of all threads of this process, from the kernel's accounts. */
function coreTime(): { readonly ranMs: number; readonly waitedMs: number } {
  const times = readdirSync('/proc/self/task').map((task) => readFileSync(`/proc/self/task/${task}/schedstat`, 'latin1').split(' '));
  const sum = (column: number) => times.reduce((total, time) => total + Number(time[column]) / 1e6, 0);
  return { ranMs: sum(0), waitedMs: sum(1) };
}

async function timed(delaysMs: number[], work: () => Promise<unknown>): Promise<void> {
  const beganMs = performance.now();
  await work();
  delaysMs.push(performance.now() - beganMs);
}

function median(values: readonly number[]): string {
  return values.toSorted((a, b) => a - b)[values.length >> 1].toFixed(1);
}
