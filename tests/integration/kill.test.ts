/** Nothing acknowledged is lost, and nothing is there twice, however often ingest and worker are killed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng } from '@tidemark/base';
import { waitFor } from '@tidemark/base/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findProcess } from '../support/processes.ts';
import { type Product, startProduct } from '../support/product.ts';
import { encodeWriteRequest, sendWriteRequest } from '../support/remote-write.ts';

const KILLS = 20;
const SERIES = 40;
const seed = Number(process.env.TIDEMARK_SEED ?? 20_261_124);
const dataDir = mkdtempSync(join(tmpdir(), 'tidemark-kill-'));
let product: Product;

beforeAll(async () => {
  product = await startProduct({ dataDir });
}, 240_000);

afterAll(async () => {
  await product?.stop();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

test(`${KILLS} kills of ingest and worker under load lose no acknowledged sample and repeat none`, async () => {
  const random = prng(seed);
  const stop = new AbortController();
  const sender = sendUntil(stop.signal);
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const entry = random.chance(0.5) ? 'apps/ingest/src/main.ts' : 'apps/worker/src/main.ts';
      const port = new URL(entry.includes('ingest') ? product.ingestUrl : product.queryUrl).port;
      const rounds = sender.acknowledged();
      await waitFor('the load to go on', () => sender.acknowledged() > rounds + random.int(0, 12), 60_000);
      const pid = await waitFor(`${entry} to run`, () => findProcess(entry, port), 60_000);
      process.kill(pid, 'SIGKILL');
      await waitFor(`${entry} to be started again`, () => ![null, pid].includes(findProcess(entry, port)), 60_000);
    }
  } finally {
    stop.abort();
  }
  const rounds = await sender.finished;
  expect(rounds.length).toBeGreaterThan(KILLS);

  await waitFor('the worker to have everything', async () => (await newestValue()) === rounds.length, 60_000);
  const stored = await storedRounds(rounds);
  expect(stored.size).toBe(SERIES);
  for (const [series, points] of stored) expect(points, `series ${series}`).toEqual(rounds);
}, 400_000);

/** Sends a sample of each series, round after round, each round until it is acknowledged. */
function sendUntil(signal: AbortSignal) {
  const rounds: { timeMs: number; value: number }[] = [];
  const send = async () => {
    let timeMs = Date.now();
    while (!signal.aborted) {
      timeMs = Math.max(timeMs + 1, Date.now());
      const sample = { timeMs, value: rounds.length + 1 };
      const body = encodeWriteRequest(
        Array.from({ length: SERIES }, (_, i) => ({ labels: { __name__: 'kill_test', series: String(i) }, samples: [sample] })),
      );
      await waitFor(
        'an acknowledgement',
        async () => {
          try {
            return (await sendWriteRequest(product.ingestUrl, body)).ok;
          } catch {
            return false; // Ingest is down: the same request again.
          }
        },
        60_000,
      );
      rounds.push(sample);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return rounds;
  };
  return { acknowledged: () => rounds.length, finished: send() };
}

async function newestValue(): Promise<number> {
  try {
    const response = await fetch(`${product.queryUrl}/api/v1/query?query=${encodeURIComponent('min(kill_test)')}`);
    const answer = (await response.json()) as { data?: { result: { value: [number, string] }[] } };
    return Number(answer.data?.result[0]?.value[1]);
  } catch {
    return Number.NaN;
  }
}

async function storedRounds(rounds: readonly { timeMs: number }[]): Promise<Map<string, { timeMs: number; value: number }[]>> {
  const rangeMs = rounds.at(-1)!.timeMs - rounds[0].timeMs + 1000;
  const query = new URLSearchParams({ query: `kill_test[${rangeMs}ms]`, time: String(rounds.at(-1)!.timeMs / 1000) });
  const answer = (await (await fetch(`${product.queryUrl}/api/v1/query?${query}`)).json()) as {
    data: { result: { metric: { series: string }; values: [number, string][] }[] };
  };
  return new Map(
    answer.data.result.map(({ metric, values }) => [
      metric.series,
      values.map(([seconds, value]) => ({ timeMs: Math.round(seconds * 1000), value: Number(value) })),
    ]),
  );
}
