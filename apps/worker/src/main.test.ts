import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from '@tidemark/base/service';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** What a user can mend is one line on stderr, and exit code 1. */
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-main-'));
});

afterEach(() => rm(folder, { recursive: true }));

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<{ code: number | null; stderr: string }> {
  const main = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, [main, '--log', join(folder, 'log'), '--data', join(folder, 'data'), ...args], {
    env: { PATH: process.env.PATH, ...env },
  });
  let stderr = '';
  child.stderr.on('data', (bytes) => {
    stderr += bytes;
  });
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code, stderr })));
}

test('without a database', async () => {
  expect(await run([])).toEqual({ code: 1, stderr: 'error: no database: set DATABASE_URL or --database-url\n' });
});

test('with a database that is not there, whose password stays unsaid', async () => {
  const { code, stderr } = await run([], { DATABASE_URL: 'postgresql://tidemark:hunter2@127.0.0.1:1/tidemark' });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^tidemark worker: PostgreSQL at 127\.0\.0\.1:1\/tidemark cannot be reached: .*\n$/);
  expect(stderr).not.toContain('hunter2');
});

test('with a data folder that cannot be one', async () => {
  await writeFile(join(folder, 'file'), '');
  const { code, stderr } = await run(['--data', join(folder, 'file', 'data'), '--database-url', 'postgresql://127.0.0.1:1/x']);
  expect([code, stderr]).toEqual([
    1,
    `tidemark worker: the data folder ${folder}/file/data cannot be written (ENOTDIR): choose another with --data\n`,
  ]);
});

test('with a data folder that another worker has', async () => {
  const data = join(folder, 'data');
  await mkdir(data);
  const unlock = await lockFolder(data, 'data');
  const { code, stderr } = await run([], { DATABASE_URL: 'postgresql://127.0.0.1:1/x' });
  const line = `tidemark worker: the samples in ${data} belong to a worker that is running: stop it, or choose another folder with --data\n`;
  expect([code, stderr]).toEqual([1, line]);
  await unlock?.();
});

test('with an option that makes no sense', async () => {
  const { code, stderr } = await run(['--port', '70000']);
  expect(code).toBe(1);
  expect(stderr).toContain('an integer from 0 to 65535 is wanted');
});
