import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Matcher } from '@tidemark/tsdb/model';
import { afterEach, expect, test } from 'vitest';
import { IngestClient, IngestUnavailableError } from './ingest-client.ts';

const open: Server[] = [];

afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function ingestAnswering(status: number, body: string): Promise<{ client: IngestClient; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(status, { Connection: 'close' }).end(body);
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { client: new IngestClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), asked };
}

test('targets are asked for as a client asked, and passed on as they came', async () => {
  const data = { activeTargets: [], droppedTargets: [{ discoveredLabels: { a: 'b' }, scrapePool: 'x' }] };
  const { client, asked } = await ingestAnswering(200, JSON.stringify({ status: 'success', data }));
  expect(await client.targets({ state: 'any', scrapePool: 'a b' })).toEqual(data);
  expect(asked).toEqual(['/api/v1/targets?state=any&scrapePool=a+b']);
});

test('metadata of targets, with the labels that these must have', async () => {
  const data = [{ target: { job: 'a' }, metric: 'up', type: 'gauge', help: '', unit: '' }];
  const { client, asked } = await ingestAnswering(200, JSON.stringify({ status: 'success', data }));
  expect(await client.targetMetadata([new Matcher('job', '=~', 'a.*')], 'up', 5)).toEqual(data);
  expect(Object.fromEntries(new URL(asked[0], 'http://x').searchParams)).toEqual({
    matchers: '[["job","=~","a.*"]]',
    metric: 'up',
    limit: '5',
  });
});

test('warnings of the configuration file', async () => {
  const { client, asked } = await ingestAnswering(200, '["tls_config is not supported yet"]');
  expect(await client.warnings()).toEqual(['tls_config is not supported yet']);
  expect(asked).toEqual(['/api/v1/config/warnings']);
});

test.each([
  [500, '{}', 'it answered 500'],
  [200, '{"status":"success","data":{}}', 'its answer is not understood'],
  [200, 'not JSON', 'its answer is not understood'],
])('%d %s: %s', async (status, body, reason) => {
  const { client } = await ingestAnswering(status, body);
  const failure = client.targets();
  await expect(failure).rejects.toThrow(IngestUnavailableError);
  await expect(failure).rejects.toThrow(reason);
});

test('nobody there', async () => {
  await expect(new IngestClient('http://127.0.0.1:1').targets()).rejects.toThrow(/^ingest at http:\/\/127\.0\.0\.1:1 does not answer: /);
});
