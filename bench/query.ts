/** `sum by (job)(rate(x[5m]))` over 1,000 series of one hour at one second, through the HTTP API. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng } from '@tidemark/base';
import { waitFor } from '@tidemark/base/testing';
import { cpuSeconds, findProcess } from '@tidemark/tests/processes';
import { startProduct } from '@tidemark/tests/product';
import { encodeWriteRequest } from '@tidemark/tests/remote-write';
import { sendAll } from './support/load.ts';
import { report } from './support/report.ts';

const SERIES = 1000;
const SECONDS = 3600;
const SECONDS_PER_REQUEST = 60;
const SERIES_PER_REQUEST = 200;
const RUNS = 9;

const dataDir = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
const product = await startProduct({ dataDir });
try {
  const endMs = Math.floor(Date.now() / 1000) * 1000;
  for (let second = 0; second < SECONDS; second += SECONDS_PER_REQUEST) await sendAll(product.ingestUrl, bodiesOf(second));
  const worker = findProcess('apps/worker/src/main.ts', new URL(product.queryUrl).port)!;
  await waitFor('all samples', async () => Number((await instant('count(bench_counter)', endMs))[0]?.value[1]) === SERIES, 60_000);

  for (const { name, query } of [
    { name: 'sum by (job)(rate(x[5m])), 1,000 series, 1 h at 1 s', query: 'sum by (job)(rate(bench_counter[5m]))' },
    { name: 'topk(10, rate(x[5m])), the same', query: 'topk(10, rate(bench_counter[5m]))' },
    { name: 'one series: rate(x[5m]), 1 h', query: 'rate(bench_counter{instance="0"}[5m])' },
  ]) {
    const wallMs: number[] = [];
    const cpuMs: number[] = [];
    for (let run = 0; run <= RUNS; run++) {
      const before = { wall: performance.now(), cpu: cpuSeconds(worker) };
      const range = new URLSearchParams({ query, start: String(endMs / 1000 - SECONDS + 300), end: String(endMs / 1000), step: '15' });
      const response = await fetch(`${product.queryUrl}/api/v1/query_range?${range}`);
      if (!response.ok) throw new Error(await response.text());
      await response.arrayBuffer();
      if (run === 0) continue; // Warm-up.
      wallMs.push(performance.now() - before.wall);
      cpuMs.push((cpuSeconds(worker) - before.cpu) * 1000);
    }
    report(`${name}: wall`, wallMs, 'ms', 1);
    report(`${name}: CPU`, cpuMs, 'ms', 0);
  }

  function bodiesOf(second: number): Uint8Array[] {
    return Array.from({ length: SERIES / SERIES_PER_REQUEST }, (_, part) =>
      encodeWriteRequest(
        Array.from({ length: SERIES_PER_REQUEST }, (_, i) => {
          const index = part * SERIES_PER_REQUEST + i;
          const random = prng(index * 7919 + second);
          const slope = 2 + (index % 9);
          const samples = Array.from({ length: SECONDS_PER_REQUEST }, (_, offset) => ({
            timeMs: endMs - (SECONDS - second - offset) * 1000,
            value: (second + offset) * slope + random.int(0, slope),
          }));
          return { labels: { __name__: 'bench_counter', job: `job-${index % 10}`, instance: String(index) }, samples };
        }),
      ),
    );
  }
} finally {
  await product.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function instant(query: string, atMs: number): Promise<{ value: [number, string] }[]> {
  const parameters = new URLSearchParams({ query, time: String(atMs / 1000) });
  const answer = (await (await fetch(`${product.queryUrl}/api/v1/query?${parameters}`)).json()) as {
    data: { result: { value: [number, string] }[] };
  };
  return answer.data.result;
}
