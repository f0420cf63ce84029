import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { expect, test } from 'vitest';
import { Matcher } from './model/matcher.ts';
import { openEngine } from './open-engine.ts';
import { QueryBudget } from './query/budget.ts';
import { crashLogEntry } from './testing/crash-log.ts';

const LIVES = 20;
const BATCHES_PER_LIFE = 400;
const CHILD = new URL('./testing/crash-child.ts', import.meta.url).pathname;

test('twenty times kill -9 at any moment: every sample is there, once', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-crash-'));
  const random = prng(2);
  let killed = 0;
  for (let life = 1; life <= LIVES; life++) {
    if (await liveAndDie(dir, life * BATCHES_PER_LIFE, random.int(1, 150))) killed++;
    if (life % 5 === 0) await expectAll(dir, life * BATCHES_PER_LIFE);
  }
  expect(killed).toBeGreaterThan(0);
  await rm(dir, { recursive: true });
}, 180_000);

/** True when it was killed before it had finished. */
function liveAndDie(dir: string, end: number, afterMs: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, dir, String(end)], { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), afterMs));
    child.once('exit', (code, signal) => {
      if (code !== null && code !== 0) reject(new Error(`the child failed with ${code}`));
      else resolve(signal === 'SIGKILL');
    });
  });
}

async function expectAll(dir: string, end: number): Promise<void> {
  const expected = new Map<string, Map<number, number>>();
  let newestMs = 0;
  for (let offset = 0; offset < end; offset++) {
    const { table, groups } = crashLogEntry(offset).batch;
    for (const { timeMs, numbers, values } of groups) {
      newestMs = Math.max(newestMs, timeMs);
      numbers.forEach((number, i) => {
        const { key } = table.labels(number);
        const samples = expected.get(key) ?? new Map();
        expected.set(key, samples.set(timeMs, values[i]));
      });
    }
  }
  const clock = new ManualClock(newestMs);
  const engine = await openEngine({ dir, clock, onDamage: (error) => expect.unreachable(error.message) });
  for (let offset = engine.replayOffset; offset < end; offset++) {
    const { batch, origin } = crashLogEntry(offset);
    engine.append(batch, origin);
  }
  const budget = new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e9 }, clock);
  const found = await engine.select(
    { tenant: 'default', matchers: [new Matcher('__name__', '=', 'm')], range: { fromMs: 0, toMs: newestMs } },
    budget,
  );
  expect(found.length).toBe(expected.size);
  for (const { labels, samples } of found) {
    const wanted = [...(expected.get(labels.key) ?? [])].sort(([a], [b]) => a - b);
    expect([...samples.times], String(labels)).toEqual(wanted.map(([time]) => time));
    expect([...samples.values], String(labels)).toEqual(wanted.map(([, value]) => value));
  }
}
