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
  const child = spawn(process.execPath, [MAIN, '--no-host-collector', '--log', join(dir, 'log'), ...args], {
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
