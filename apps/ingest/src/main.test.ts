import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@tidemark/base';
import { waitFor } from '@tidemark/base/testing';
import { RecordDecoder } from '@tidemark/log';
import { openFileLogSource } from '@tidemark/log/file';
import { afterEach, beforeEach, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
let dir: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidemark-ingest-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(dir, { recursive: true });
});

function start(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, '--no-host-collector', '--partitions', '1', '--log', join(dir, 'log'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, ended, output: () => output };
}

async function started(...args: string[]) {
  const process = start('--port', '0', ...args);
  const line = await waitFor('ingest to be ready', () =>
    process
      .output()
      .split('\n')
      .find((text) => text.includes('"msg":"ready"')),
  );
  return { ...process, url: `http://127.0.0.1:${JSON.parse(line).port}` };
}

async function failsWithOneLine(process: ReturnType<typeof start>, words: string): Promise<void> {
  expect(await process.ended).toBe(1);
  expect(process.output().trim().split('\n')).toHaveLength(1);
  expect(process.output()).toContain(words);
}

/** Everything that the log's only partition holds, read as by the next one who opens it. */
async function readLog(): Promise<{ values: number[]; producers: Set<string> }> {
  const { child, ended } = await started();
  const source = await openFileLogSource({ dir: join(dir, 'log'), clock: systemClock });
  const { end } = await source.extent(0);
  const reader = source.reader(0, 0);
  const decoder = new RecordDecoder('log');
  const values: number[] = [];
  const producers = new Set<string>();
  while (reader.position < end) {
    for (const entry of (await reader.read(AbortSignal.timeout(5000))).entries) {
      if (entry.kind !== 'record') throw entry.error;
      producers.add(Buffer.from(entry.bytes.subarray(1, 9)).toString('hex'));
      const decoded = decoder.decode(entry.bytes, entry.offset);
      if (decoded.kind !== 'batch') throw new Error(decoded.kind);
      for (const group of decoded.batch.groups) values.push(...group.values);
    }
  }
  await source.close();
  child.kill('SIGTERM');
  await ended;
  return { values: values.sort((a, b) => a - b), producers };
}

test('takes a push, tells of itself, and drains on SIGTERM', async () => {
  const { url, child, ended } = await started();
  expect((await fetch(`${url}/-/ready`)).status).toBe(200);
  const response = await fetch(`${url}/api/v1/push`, { method: 'POST', body: '{"samples":[{"name":"a","value":1}]}' });
  expect(await response.json()).toEqual({ written: 1 });
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('tidemark_ingest_samples_total 1');
  child.kill('SIGTERM');
  expect(await ended).toBe(0);

  const source = await openFileLogSource({ dir: join(dir, 'log'), clock: systemClock });
  const { entries } = await source.reader(0, 0).read(AbortSignal.timeout(5000));
  const decoded = entries[0].kind === 'record' && new RecordDecoder('log').decode(entries[0].bytes, 0);
  expect(decoded).toMatchObject({ kind: 'batch', batch: { tenant: 'default', groups: [{ values: Float64Array.of(1) }] } });
  await source.close();
});

test('several threads take pushes on one port, tell of themselves together, and drain on SIGTERM', async () => {
  const { url, child, ended } = await started('--threads', '3');
  let acknowledged = 0;
  const push = async (connection: number) => {
    const body = JSON.stringify({ samples: [{ name: 'a', labels: { connection: String(connection) }, value: ++acknowledged }] });
    // A connection of its own each time, so that every thread gets some.
    const response = await fetch(`${url}/api/v1/push`, { method: 'POST', body, headers: { connection: 'close' } });
    expect(await response.json()).toEqual({ written: 1 });
  };
  await Promise.all(
    Array.from({ length: 8 }, async (_, connection) => {
      for (let i = 0; i < 10; i++) await push(connection);
    }),
  );
  for (let i = 0; i < 8; i++) {
    const metrics = await (await fetch(`${url}/metrics`, { headers: { connection: 'close' } })).text();
    expect(metrics).toContain('tidemark_ingest_samples_total 80');
    expect(metrics).toMatch(/^process_cpu_seconds_total /m);
  }
  expect(await (await fetch(`${url}/api/v1/scrape_pools`)).json()).toEqual({ status: 'success', data: { scrapePools: [] } });
  expect((await fetch(`${url}/-/ready`)).status).toBe(200);
  expect((await fetch(`${url}/api/v1/push`)).status).toBe(405);
  expect((await fetch(`${url}/nothing`)).status).toBe(404);
  await failsWithOneLine(start('--threads', '2', '--port', new URL(url).port, '--log', join(dir, 'other')), 'is taken');
  child.kill('SIGTERM');
  expect(await ended).toBe(0);

  const { values, producers } = await readLog();
  expect(values).toEqual(Array.from({ length: 80 }, (_, i) => i + 1));
  expect(producers.size).toBeGreaterThan(1);
});

test('several threads: what was acknowledged before a kill is in the log', async () => {
  const { url, child, ended } = await started('--threads', '2');
  const acknowledged: number[] = [];
  let sent = 0;
  const pushUntilKilled = async () => {
    for (;;) {
      const value = ++sent;
      const body = JSON.stringify({ samples: [{ name: 'a', value, timeMs: value }] });
      const response = await fetch(`${url}/api/v1/push`, { method: 'POST', body, headers: { connection: 'close' } }).catch(() => null);
      if (response?.status !== 200) return;
      acknowledged.push(value);
      if (acknowledged.length === 100) child.kill('SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: 8 }, pushUntilKilled));
  await ended;
  expect(acknowledged.length).toBeGreaterThanOrEqual(100);
  const { values } = await readLog();
  expect(new Set(values).size).toBe(values.length);
  expect(values).toEqual(expect.arrayContaining(acknowledged));
});

test('while too little of the disk is free, senders are told so', async () => {
  const { url } = await started('--disk-floor-mib', '1000000000');
  const response = await fetch(`${url}/api/v1/push`, { method: 'POST', body: '{"samples":[{"name":"a","value":1}]}' });
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '10']);
  expect(await response.text()).toMatch(/the disk that holds the log.* MiB free, below the floor of 1,000,000,000 MiB: free space on it/);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toContain('tidemark_ingest_disk_low 1');
  expect(metrics).toContain('tidemark_ingest_refused_samples_total 1');
});

test('a taken port, a second writer, a folder that cannot be one: one clear line and exit code 1', async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  const { port } = blocker.address() as { port: number };
  await failsWithOneLine(start('--port', String(port)), `port ${port} on 127.0.0.1 is taken`);
  blocker.close();

  await started();
  await failsWithOneLine(start('--port', '0'), 'is being written by another process');

  const file = join(dir, 'file');
  await writeFile(file, '');
  await failsWithOneLine(start('--port', '0', '--log', join(file, 'log')), 'cannot be written (ENOTDIR)');
});
