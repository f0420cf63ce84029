import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prng, systemClock } from '@tidemark/base';
import { waitFor } from '@tidemark/base/testing';
import { expect, test } from 'vitest';
import { openFileLogSource } from './source.ts';
import { openFileLogWriter } from './writer.ts';

const APPEND_FOREVER = new URL('./testing/append-forever.ts', import.meta.url);
const FOLLOW = new URL('./testing/follow.ts', import.meta.url);

/** Runs a script; `lines` grows as it prints. */
function start(script: URL, dir: string): { child: ChildProcess; lines: () => string[] } {
  const child = spawn(process.execPath, [fileURLToPath(script), dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return { child, lines: () => text.split('\n').slice(0, -1) };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await ended;
}

test('after kill -9 under load every acknowledged record is found, once, and the lock is free', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-log-'));
  const random = prng(4);
  const acknowledged: string[] = [];
  for (let round = 0; round < 5; round++) {
    const { child, lines } = start(APPEND_FOREVER, dir);
    const enough = random.int(50, 400);
    await waitFor('records to be acknowledged', () => lines().length >= enough);
    await kill(child);
    acknowledged.push(...lines());
  }
  const writer = await openFileLogWriter({ dir, partitions: 2, clock: systemClock });
  const source = await openFileLogSource({ dir, clock: systemClock });
  const found = new Map<string, string>();
  for (const partition of [0, 1]) {
    const { end } = await source.extent(partition);
    const reader = source.reader(partition, 0);
    let expected = 0;
    while (reader.position < end) {
      for (const entry of (await reader.read(AbortSignal.timeout(5000))).entries) {
        expect(entry).toMatchObject({ kind: 'record', offset: expected++ });
        if (entry.kind === 'record') found.set(`${partition} ${entry.offset}`, Buffer.from(entry.bytes).toString());
      }
    }
  }
  for (const line of acknowledged) {
    const [partition, offset] = line.split(' ');
    expect(`${partition} ${offset} ${found.get(`${partition} ${offset}`)}`).toBe(line);
  }
  expect(new Set(found.values()).size).toBe(found.size);
  await source.close();
  await writer.close();
  await rm(dir, { recursive: true });
});

test('a reader in another process sees records in order, soon after they are durable', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-log-'));
  const { child, lines } = start(FOLLOW, dir);
  const writer = await openFileLogWriter({ dir, partitions: 1, clock: systemClock });
  await waitFor('the child to follow', () => lines()[0] === 'following');
  const durableAtMs: number[] = [];
  for (let i = 0; i < 50; i++) {
    await writer.append(0, Buffer.from(`record-${i}`));
    durableAtMs.push(Date.now());
    if (i % 10 === 0) await waitFor('the child to see it', () => lines().length === i + 2);
  }
  await waitFor('the child to see all', () => lines().length === 51);
  const seen = lines()
    .slice(1)
    .map((line) => line.split(' '));
  expect(seen.map(([offset, text]) => `${offset} ${text}`)).toEqual(durableAtMs.map((_, i) => `${i} record-${i}`));
  await kill(child);
  await writer.close();
  await rm(dir, { recursive: true });
});
