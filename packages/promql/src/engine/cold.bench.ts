/**
 * What a panel over 30 days costs when its blocks lie in S3: 1,000 series each minute, one request after the other has been forgotten (cold:
 * no pages on this disk, no index in memory) and again (from the pages on this disk). Requests and bytes beside wall and CPU.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng, systemClock } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { type Engine, openEngine, QueryBudget, rawRetention } from '@tidemark/tsdb';
import { Labels, NamedSeries } from '@tidemark/tsdb/model';
import { openS3Store, PatientStore } from '@tidemark/tsdb/object-store';
import { startS3Server } from '../../../tsdb/src/object-store/testing/s3-server.ts';
import { parse } from '../syntax/index.ts';
import { evaluateRange } from './evaluate.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = Number(process.env.DAYS ?? 30);
const STEP_MS = 60_000;
const SERIES = 1_000;
const RUNS = Number(process.env.RUNS ?? 9);
const BEGIN_MS = 1_700_006_400_000;
const FOREVER = Number.POSITIVE_INFINITY;

const dir = mkdtempSync(join(tmpdir(), 'tidemark-cold-'));
const server = await startS3Server();
const store = await openS3Store({ ...server.settings, prefix: `cold-${Date.now()}/` });
const clock = new ManualClock(BEGIN_MS);
const open = () =>
  openEngine({
    dir,
    clock,
    limits: { rollups: true, retention: { ...rawRetention(FOREVER), ages: { 0: FOREVER } } },
    places: [
      {
        kind: 'objects',
        name: 'cold',
        age: { afterMs: 6 * HOUR_MS },
        store: new PatientStore(store, systemClock, prng(1)),
        prefix: 'partition-0/',
      },
    ],
  });

await fill();
await measure('one series', 'rate(day_total{instance="host-7"}[1h])', 0);
await measure('1,000 series', 'rate(day_total[1h])', 0);
for (const widthMs of [5 * 60_000, HOUR_MS]) await measure('1,000 series', 'rate(day_total[1h])', widthMs);
await measure('1,000 series, summed by job', 'sum by (job) (rate(day_total[1h]))', HOUR_MS);
await server.stop();
rmSync(dir, { recursive: true });

/** Days of samples, and all that is old enough in S3. */
async function fill(): Promise<void> {
  const engine = await open();
  const random = prng(7);
  const noise = Float64Array.from({ length: 65_536 }, () => Math.floor(9 * random.next()));
  const table = NamedSeries.of(
    Array.from({ length: SERIES }, (_, i) => Labels.from({ __name__: 'day_total', job: `job-${i % 10}`, instance: `host-${i}` })),
  );
  const numbers = Uint32Array.from({ length: SERIES }, (_, i) => i);
  const signal = new AbortController().signal;
  for (let sample = 0; sample < (DAYS * DAY_MS) / STEP_MS; sample++) {
    const timeMs = clock.now();
    const values = Float64Array.from(numbers, (i) => sample * (2 + (i % 9)) + noise[(i * 7919 + sample) & 0xffff]);
    const batch = { tenant: 'default', acceptedAtMs: timeMs, table, groups: [{ timeMs, numbers, values }], metadata: [] };
    engine.append(batch, { offset: sample, epochOffset: sample - (sample % 5) });
    clock.advance(STEP_MS);
    if (sample % 120 === 119) await engine.maintain(clock.now(), signal);
  }
  while (engine.stats().places[0].waiting.blocks > 0 || engine.stats().places[0].strays > 0) {
    await engine.maintain(clock.now(), signal);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const blocks = engine.stats().blocks.filter(({ place }) => place !== null);
  const tiers = [...new Set(blocks.map(({ resolutionMs }) => resolutionMs))].sort((a, b) => a - b);
  const described = tiers.map((tier) => {
    const own = blocks.filter(({ resolutionMs }) => resolutionMs === tier);
    const bytes = own.reduce((sum, block) => sum + block.bytes, 0);
    return `${tier === 0 ? 'raw' : `${tier / 60_000} min`} ${own.length} of ${(bytes / 2 ** 20).toFixed(1)} MiB`;
  });
  console.log(`${DAYS} days, ${SERIES} series, blocks in S3: ${described.join(', ')}`);
  await engine.drain();
}

/** A point an hour, of raw samples (0) or of windows. */
async function measure(title: string, text: string, resolution: number): Promise<void> {
  const stepMs = HOUR_MS;
  const endMs = Math.floor((clock.now() - DAY_MS) / DAY_MS) * DAY_MS;
  const startMs = endMs - (DAYS - 2) * DAY_MS;
  const expr = parse(text);
  const ask = async (engine: Engine) => {
    const budget = new QueryBudget({ deadlineMs: 600_000, samplesMax: 1e9, seriesMax: 1e6 }, clock);
    const began = performance.now();
    const cpu = process.cpuUsage();
    const before = engine.stats().places[0];
    const outcome = await evaluateRange({
      expr,
      tenant: 'default',
      queryable: engine,
      budget,
      resolution,
      startMs,
      endMs,
      stepMs,
    });
    const { user, system } = process.cpuUsage(cpu);
    const { requests, readBytes } = engine.stats().places[0];
    if (outcome.missing.length > 0) throw new Error('something is missing');
    const wallMs = performance.now() - began;
    return { wallMs, cpuMs: (user + system) / 1000, requests: requests - before.requests, bytes: readBytes - before.readBytes };
  };
  const cold: Awaited<ReturnType<typeof ask>>[] = [];
  const again: typeof cold = [];
  for (let run = 0; run < RUNS; run++) {
    rmSync(join(dir, 'far', 'PAGES'), { force: true });
    const engine = await open();
    cold.push(await ask(engine));
    await engine.drain();
    const other = await open();
    again.push(await ask(other));
    await other.drain();
  }
  const points = (endMs - startMs) / stepMs + 1;
  const made = resolution === 0 ? 'raw samples' : `windows of ${resolution / 60_000} minutes`;
  console.log(`${title}, ${points} points: ${text} of ${made}`);
  for (const [name, runs] of [
    ['cold', cold],
    ['from the pages on this disk', again],
  ] as const) {
    const of = (read: (run: (typeof cold)[number]) => number) => runs.map(read).sort((a, b) => a - b);
    const spread = (values: readonly number[]) =>
      `${values[values.length >> 1].toFixed(0)} [${values[0].toFixed(0)} .. ${values.at(-1)?.toFixed(0)}]`;
    const figures = [
      `${spread(of(({ wallMs }) => wallMs))} ms`,
      `CPU ${spread(of(({ cpuMs }) => cpuMs))} ms`,
      `${spread(of(({ requests }) => requests))} requests`,
      `${spread(of(({ bytes }) => bytes / 1024))} KiB`,
    ];
    console.log(`  ${name.padEnd(28)} ${figures.join('  ')}`);
  }
}
