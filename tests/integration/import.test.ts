/** History that is brought in answers as if it had been there all the time, however often the import is killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng } from '@tidemark/base';
import { waitFor } from '@tidemark/base/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Product, startProduct } from '../support/product.ts';
import { encodeWriteRequest, sendWriteRequest } from '../support/remote-write.ts';
import { ROOT } from '../support/source-tree.ts';

const SERIES = 60;
const STEP_MS = 30_000;
const HOURS = 20;
const KILLS = 3;
const folder = mkdtempSync(join(tmpdir(), 'tidemark-import-'));
const endMs = Math.floor(Date.now() / 7_200_000 - 1) * 7_200_000;
const startMs = endMs - HOURS * 3_600_000;
let product: Product;

beforeAll(async () => {
  product = await startProduct({ dataDir: join(folder, 'data') });
}, 240_000);

afterAll(async () => {
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

interface History {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly { readonly timeMs: number; readonly value: number }[];
}

/** Counters that reset, gauges, gaps, and values of every kind. */
function makeHistory(): History[] {
  const random = prng(20_261_124);
  return Array.from({ length: SERIES }, (_, i) => {
    const samples: { timeMs: number; value: number }[] = [];
    let count = 0;
    for (let timeMs = startMs + random.int(0, STEP_MS); timeMs < endMs; timeMs += STEP_MS) {
      if (random.chance(0.01)) timeMs += random.int(1, 20) * STEP_MS;
      count = random.chance(0.002) ? 0 : count + random.int(0, 9);
      const gauge = random.chance(0.002) ? random.pick([Number.NaN, Infinity, -Infinity, 1e-300]) : random.int(0, 1e6) / 1000;
      samples.push({ timeMs, value: i % 2 === 0 ? count : gauge });
    }
    return { labels: { __name__: i % 2 === 0 ? 'history_requests_total' : 'history_celsius', series: String(i), path: 'a"\\b' }, samples };
  });
}

/** As it would have come: everything of a minute at once. */
async function sendLive(history: readonly History[], tenant: string): Promise<void> {
  for (let fromMs = startMs; fromMs < endMs + 3_600_000; fromMs += 600_000) {
    const now = history.map(({ labels, samples }) => ({
      labels,
      samples: samples.filter(({ timeMs }) => timeMs >= fromMs && timeMs < fromMs + 600_000),
    }));
    const response = await sendWriteRequest(product.ingestUrl, encodeWriteRequest(now.filter(({ samples }) => samples.length > 0)), tenant);
    expect(response.ok).toBe(true);
  }
}

function textOf(history: readonly History[]): string {
  const lines = history.flatMap(({ labels: { __name__, series }, samples }) =>
    samples.map(
      ({ timeMs, value }) =>
        `${__name__}{series="${series}",path="a\\"\\\\b"} ${String(value).replace('Infinity', 'Inf')} ${timeMs / 1000}`,
    ),
  );
  return `${lines.join('\n')}\n# EOF\n`;
}

function tidemark(...args: string[]): ChildProcess {
  return spawn(join(ROOT, 'node_modules/.bin/node'), [join(ROOT, 'apps/cli/src/main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function outcome(child: ChildProcess): Promise<{ readonly code: number | null; readonly output: string }> {
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

async function ask(tenant: string, path: string, parameters: Record<string, string | number>): Promise<string> {
  const query = new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
  const response = await fetch(`${product.queryUrl}/api/v1/${path}?${query}`, { headers: { 'X-Scope-OrgID': tenant } });
  expect(response.status).toBe(200);
  return response.text();
}

async function answers(tenant: string): Promise<string[]> {
  // Both are rolled up in their own time.
  const range = { start: startMs / 1000, end: endMs / 1000, step: 300, resolution: 'raw' };
  return Promise.all([
    ask(tenant, 'query', { query: `{__name__=~"history_.+"}[${HOURS + 2}h]`, time: endMs / 1000 + 3600 }),
    ask(tenant, 'query_range', { query: 'sum by (path) (rate(history_requests_total[5m]))', ...range }),
    ask(tenant, 'query_range', { query: 'quantile_over_time(0.9, history_celsius[10m])', ...range }),
    ask(tenant, 'query_range', { query: 'count(history_celsius)', ...range }),
    ask(tenant, 'series', { 'match[]': '{__name__=~"history_.+"}' }),
  ]);
}

async function samplesOf(tenant: string): Promise<number> {
  const text = await ask(tenant, 'query', {
    query: `sum(count_over_time({__name__=~"history_.+"}[${HOURS + 2}h]))`,
    time: endMs / 1000 + 3600,
  });
  return Number(JSON.parse(text).data.result[0]?.value[1] ?? 0);
}

test('an import of OpenMetrics text, killed again and again, ends with what live ingestion would have stored', async () => {
  const history = makeHistory();
  const all = history.reduce((sum, { samples }) => sum + samples.length, 0);
  await sendLive(history, 'live');
  const file = join(folder, 'history.om');
  const stateFile = `${file}.tidemark-import.json`;
  writeFileSync(file, textOf(history));
  const command = ['import', 'openmetrics', file, '--ingest', product.ingestUrl, '--tenant', 'imported', '--json'];
  const done = (): number => (existsSync(stateFile) ? (JSON.parse(readFileSync(stateFile, 'utf8')) as { samples: number }).samples : 0);
  for (let kill = 0; kill < KILLS; kill++) {
    const before = done();
    const child = tidemark(...command);
    const ended = outcome(child);
    await waitFor('the import to go on', () => done() > before, 60_000);
    child.kill('SIGKILL');
    await ended;
  }
  expect(done()).toBeLessThan(all);
  const { code, output } = await outcome(tidemark(...command));
  expect([code, JSON.parse(output)]).toMatchObject([0, { samples: all, left: [] }]);
  await waitFor('both to be there', async () => (await samplesOf('live')) === all && (await samplesOf('imported')) === all, 60_000);
  expect(await answers('imported')).toEqual(await answers('live'));
}, 240_000);

test('history before what is kept is not taken, and that is said', async () => {
  const block = join(ROOT, 'testdata/prometheus_block');
  const { code, output } = await outcome(
    tidemark('import', 'blocks', block, '--ingest', product.ingestUrl, '--state', join(folder, 'old.json'), '--json'),
  );
  expect(code).toBe(3);
  expect(JSON.parse(output)).toMatchObject({ samples: 0, left: [{ kind: 'windows of two hours before what is kept' }] });
}, 60_000);

test('the dry run of retention names the blocks that go', async () => {
  const { code, output } = await outcome(
    tidemark('retention', 'plan', '--within', '60d', '--query', product.queryUrl, '--tenant', 'live', '--json'),
  );
  expect(code).toBe(0);
  expect(JSON.parse(output)).toMatchObject({ held: null });
  const refused = await outcome(tidemark('retention', 'plan', '--query', 'http://127.0.0.1:1'));
  expect(refused.code).toBe(1);
}, 60_000);
