/** From the moment a sample is sent to the arrival of the notification, with 1,000 rules under evaluation. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng } from '@tidemark/base';
import { waitFor } from '@tidemark/base/testing';
import { startProduct } from '@tidemark/tests/product';
import { encodeWriteRequest, sendWriteRequest, writeSample } from '@tidemark/tests/remote-write';
import { rpcClient } from '@tidemark/tests/rpc';
import { reportQuantile } from './support/report.ts';

const RULES = 1000;
const ALERTS = 200;

const random = prng(1);
const dataDir = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
const arrivedAt = new Map<string, number>();
const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const now = performance.now();
    for (const alert of JSON.parse(body).alerts) if (alert.status === 'firing') arrivedAt.set(alert.labels.alertname, now);
    response.end();
  });
});
await new Promise<void>((resolve) => receiver.listen({ host: '127.0.0.1', port: 0 }, resolve));
const product = await startProduct({ dataDir });
try {
  const rpc = rpcClient(product.webUrl);
  await rpc.receivers.save.mutate({
    name: 'bench',
    settings: { kind: 'webhook', url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/` },
    groupBy: ['alertname'],
  });
  const name = (rule: number) => `rule-${rule}`;
  for (let rule = 0; rule < RULES; rule++) {
    await rpc.rules.save.mutate({ name: name(rule), expr: `bench_value{rule="${rule}"} > 0.5`, labels: { severity: 'page' } });
  }
  const quiet = Array.from({ length: RULES }, (_, rule) => ({
    labels: { __name__: 'bench_value', rule: String(rule) },
    samples: [{ timeMs: Date.now(), value: 0 }],
  }));
  await sendWriteRequest(product.ingestUrl, encodeWriteRequest(quiet));
  await waitFor('all rules to be evaluated', async () => (await rpc.rules.list.query()).every((rule) => rule.state === 'inactive'), 60_000);

  const latenciesMs: number[] = [];
  for (let rule = 0; rule < ALERTS; rule++) {
    // At any moment between two ticks.
    await new Promise((resolve) => setTimeout(resolve, random.int(0, 1000)));
    const from = performance.now();
    await writeSample(product.ingestUrl, { __name__: 'bench_value', rule: String(rule) }, 1);
    latenciesMs.push(await waitFor(`the notification of ${name(rule)}`, () => arrivedAt.get(name(rule)), 30_000).then((at) => at - from));
  }
  reportQuantile(`alert, sample to webhook, ${RULES} rules: p50`, latenciesMs, 0.5, 'ms');
  reportQuantile(`alert, sample to webhook, ${RULES} rules: p99`, latenciesMs, 0.99, 'ms');
} finally {
  await product.stop();
  receiver.close();
  rmSync(dataDir, { recursive: true, force: true });
}
