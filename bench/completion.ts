/** What the editor waits for with 150,000 metric names: the list after each letter, over HTTP, from the worker of a running product. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@tidemark/base/testing';
import { startProduct } from '@tidemark/tests/product';
import { encodeWriteRequest, sendWriteRequest } from '@tidemark/tests/remote-write';
import { rpcClient } from '@tidemark/tests/rpc';
import { report, reportQuantile } from './support/report.ts';

const METRICS = 150_000;
const AT_ONCE = 5_000;
/** Typed letter by letter. */
const TYPED = ['sum(rate(checkout_req', 'node_cpu', 'latency_seconds', 'ordtot', 'rate(zzz'];

const WORDS = ['checkout', 'orders', 'search', 'billing', 'gateway', 'stock', 'mail', 'users', 'carts', 'prices'];
const THINGS = ['requests', 'errors', 'latency', 'queue', 'cache', 'bytes', 'sessions', 'retries', 'workers', 'pages'];
const ENDS = ['total', 'seconds', 'count', 'ratio', 'size'];

const dataDir = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
const product = await startProduct({ dataDir });
try {
  const timeMs = Date.now();
  for (let first = 0; first < METRICS; first += AT_ONCE) {
    const series = Array.from({ length: AT_ONCE }, (_, i) => ({ labels: { __name__: name(first + i) }, samples: [{ timeMs, value: 1 }] }));
    await sendWriteRequest(product.ingestUrl, encodeWriteRequest(series));
  }
  const { editor } = rpcClient(product.webUrl);
  const ask = (expr: string) => editor.suggest.query({ expr, at: expr.length });
  await waitFor('all names', async () => (await ask(name(METRICS - 1))).rows.some(({ text }) => text === name(METRICS - 1)), 60_000);

  const delaysMs: number[] = [];
  const before = await workerCpuMs();
  for (let round = 0; round < 10; round++) {
    for (const text of TYPED) {
      for (let to = 1; to <= text.length; to++) {
        const beganMs = performance.now();
        await ask(text.slice(0, to));
        delaysMs.push(performance.now() - beganMs);
      }
    }
  }
  report(`completion, ${METRICS} metric names: CPU of the worker`, [((await workerCpuMs()) - before) / delaysMs.length], 'ms each');
  reportQuantile(`completion, ${METRICS} metric names: p50`, delaysMs, 0.5, 'ms');
  reportQuantile(`completion, ${METRICS} metric names: p99`, delaysMs, 0.99, 'ms');
} finally {
  await product.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

/** All its threads, whatever else they do. */
async function workerCpuMs(): Promise<number> {
  const metrics = await (await fetch(`${product.queryUrl}/metrics`)).text();
  const seconds = /^process_cpu_seconds_total ([\d.]+)/m.exec(metrics);
  return Number(seconds?.[1]) * 1000;
}

function name(i: number): string {
  const pick = (of: readonly string[], by: number) => of[Math.floor(i / by) % of.length];
  return `${pick(WORDS, 1)}_${pick(THINGS, 10)}_${i.toString(36)}_${pick(ENDS, 100)}`;
}
