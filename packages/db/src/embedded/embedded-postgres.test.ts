import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { waitFor } from '@tidemark/base/testing';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbeddedPostgres } from './embedded-postgres.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tidemark-embedded-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const onLog = () => {};

async function query(url: string, sql: string): Promise<unknown[][]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows as unknown[][];
  } finally {
    await client.end();
  }
}

test('keeps what was written over a stop, speaks UTF-8, and leaves no process and no open secret', async () => {
  const first = await startEmbeddedPostgres({ dir, onLog });
  await query(first.url, `CREATE TABLE kept AS SELECT 'grün 水'::text AS word`);
  expect(await query(first.url, 'SHOW server_encoding')).toEqual([['UTF8']]);
  expect(await query(first.url, 'SHOW fsync')).toEqual([['on']]);
  await first.stop();
  await first.ended;
  await expect(stat(path.join(dir, 'pgdata', 'postmaster.pid'))).rejects.toThrow('ENOENT');
  expect((await stat(path.join(dir, 'password'))).mode & 0o077).toBe(0);

  const second = await startEmbeddedPostgres({ dir, onLog });
  expect(await query(second.url, 'SELECT word FROM kept')).toEqual([['grün 水']]);
  await second.stop();
});

test('takes over from a starter that was killed, and from a PostgreSQL that was killed', async () => {
  const starter = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(new URL('./embedded-postgres.ts', import.meta.url).href)});
    await startEmbeddedPostgres({ dir: ${JSON.stringify(dir)}, onLog: () => {} });
    process.stdout.write('ready');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', starter], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const orphan = await postmasterPid();
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));

  const second = await startEmbeddedPostgres({ dir, onLog });
  expect(isPostgres(orphan)).toBe(false);
  await query(second.url, 'CREATE TABLE kept (n int)');
  process.kill(await postmasterPid(), 'SIGKILL');
  await second.ended;

  const third = await startEmbeddedPostgres({ dir, onLog });
  expect(await query(third.url, 'SELECT * FROM kept')).toEqual([]);
  await third.stop();
});

test('leaves a server alone whose starter lives', async () => {
  const first = await startEmbeddedPostgres({ dir, onLog });
  await expect(startEmbeddedPostgres({ dir, onLog })).rejects.toThrow('runs PostgreSQL on');
  expect(await query(first.url, 'SELECT 1')).toEqual([[1]]);
  await first.stop();
});

test('works where the path is too long for a socket and only root may enter', async () => {
  const deep = path.join(dir, 'a'.repeat(60), 'b'.repeat(60));
  const server = await startEmbeddedPostgres({ dir: deep, onLog });
  expect(await query(server.url, 'SELECT 1')).toEqual([[1]]);
  await server.stop();
  const socketDir = new URL(server.url).searchParams.get('host') as string;
  await waitFor('the socket folder to be gone', () =>
    stat(socketDir).then(
      () => false,
      () => true,
    ),
  );
});

async function postmasterPid(): Promise<number> {
  return Number((await readFile(path.join(dir, 'pgdata', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

function isPostgres(pid: number): boolean {
  try {
    return execFileSync('cat', [`/proc/${pid}/cmdline`], { stdio: ['ignore', 'pipe', 'ignore'] }).includes('postgres');
  } catch {
    return false;
  }
}
