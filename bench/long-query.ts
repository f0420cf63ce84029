/** What a long query does to those beside it: acknowledgements of a steady load, and the ticks of 200 rules. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { waitFor } from '@tidemark/base/testing';
import { startProduct } from '@tidemark/tests/product';
import { encodeWriteRequest, sendWriteRequest } from '@tidemark/tests/remote-write';
import { rpcClient } from '@tidemark/tests/rpc';
import { reportQuantile } from './support/report.ts';

const SERIES = 200;
const RULES = 200;
const SECONDS = 1_800;
const SECONDS_PER_REQUEST = 60;
const ROUNDS = 300;
const ROUND_MS = 50;
const HEAVY = 'mad_over_time(bench_value[20m])';

const dataDir = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
const product = await startProduct({ dataDir });
try {
  const rpc = rpcClient(product.webUrl);
  for (let rule = 0; rule < RULES; rule++) {
    await rpc.rules.save.mutate({ name: `rule-${rule}`, expr: `bench_value{n="${rule % SERIES}"} < 0`, labels: { severity: 'page' } });
  }
  const startMs = Date.now() - SECONDS * 1000;
  for (let second = 0; second < SECONDS; second += SECONDS_PER_REQUEST) {
    await send(Array.from({ length: SECONDS_PER_REQUEST }, (_, offset) => startMs + (second + offset) * 1000));
  }
  await waitFor('all rules to be evaluated', async () => (await rpc.rules.list.query()).every((rule) => rule.state === 'inactive'), 60_000);
  for (const isBeside of [false, true, false, true]) await measure(isBeside);
} finally {
  await product.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function measure(isBeside: boolean): Promise<void> {
  const stop = new AbortController();
  const querying = isBeside ? queryUntil(stop.signal) : null;
  const ticksBefore = await tickDelays();
  const acknowledgedMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const beganMs = performance.now();
    await send([Date.now()]);
    acknowledgedMs.push(performance.now() - beganMs);
    await systemClock.sleep(ROUND_MS);
  }
  const ticks = await tickDelays();
  stop.abort();
  await querying;
  const where = isBeside ? 'beside a long query' : 'alone';
  reportQuantile(`acknowledgement, ${where}: p50`, acknowledgedMs, 0.5, 'ms', 1);
  reportQuantile(`acknowledgement, ${where}: p99`, acknowledgedMs, 0.99, 'ms', 1);
  const meanMs = ((ticks.seconds - ticksBefore.seconds) / (ticks.count - ticksBefore.count)) * 1000;
  reportQuantile(`rules: from the second to the end of its tick, ${where}`, [meanMs], 0.5, 'ms', 1);
}

async function send(timesMs: readonly number[]): Promise<void> {
  const body = Array.from({ length: SERIES }, (_, n) => ({
    labels: { __name__: 'bench_value', n: String(n) },
    samples: timesMs.map((timeMs) => ({ timeMs, value: (timeMs / 1000) % 97 })),
  }));
  const response = await sendWriteRequest(product.ingestUrl, encodeWriteRequest(body));
  if (!response.ok) throw new Error(await response.text());
}

/** Again and again, until told to stop: then the one that runs is cancelled. */
async function queryUntil(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const endS = Date.now() / 1000;
    const range = new URLSearchParams({ query: HEAVY, start: String(endS - 600), end: String(endS), step: '1' });
    await fetch(`${product.queryUrl}/api/v1/query_range?${range}`, { signal })
      .then((response) => response.arrayBuffer())
      .catch(() => {});
  }
}

async function tickDelays(): Promise<{ readonly count: number; readonly seconds: number }> {
  const text = await (await fetch(`${product.queryUrl}/metrics`)).text();
  const figure = (part: string) => Number(new RegExp(`^tidemark_rules_tick_delay_seconds_${part} (\\S+)`, 'm').exec(text)?.[1]);
  return { count: figure('count'), seconds: figure('sum') };
}
