/** How long after a record is durable a reader in another process has it. */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@tidemark/base';
import { openFileLogSource, openFileLogWriter } from '@tidemark/log/file';
import { reportQuantile } from './support/report.ts';

const RECORDS = 500;
const PAUSE_MS = 5;

const nowMs = () => performance.timeOrigin + performance.now();

if (process.send === undefined) await read();
else await write(process.argv[2]);

async function read(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const writer = fork(fileURLToPath(import.meta.url), [dir]);
  const durableAtMs = new Map<number, number>();
  writer.on('message', ([offset, atMs]: [number, number]) => durableAtMs.set(offset, atMs));
  const source = await openFileLogSource({ dir, clock: systemClock });
  const reader = source.reader(0, 0);
  const readAtMs: number[] = [];
  const { signal } = new AbortController();
  while (readAtMs.length < RECORDS) {
    const { entries } = await reader.read(signal);
    for (const _ of entries) readAtMs.push(nowMs());
  }
  await new Promise((resolve) => writer.on('exit', resolve));
  const delaysMs = readAtMs.map((atMs, offset) => Math.max(0, atMs - durableAtMs.get(offset)!));
  reportQuantile('log: durable to read in another process: p50', delaysMs, 0.5, 'ms', 2);
  reportQuantile('log: durable to read in another process: p99', delaysMs, 0.99, 'ms', 2);
  await source.close();
  rmSync(dir, { recursive: true, force: true });
}

async function write(dir: string): Promise<void> {
  const log = await openFileLogWriter({ dir, partitions: 1, clock: systemClock });
  for (let i = 0; i < RECORDS; i++) {
    const result = await log.append(0, new Uint8Array(2000));
    if (result.kind === 'appended') process.send?.([result.offset, nowMs()]);
    await systemClock.sleep(PAUSE_MS);
  }
  await log.close();
  process.disconnect?.();
}
