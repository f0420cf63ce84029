/**
 * `node apps/worker/src/consume/restart.bench.ts [SERIES MINUTES]…`: what a killed worker takes to answer right again, from a log and an
 * engine's folder on this machine's temporary disk. Every series is scraped each 15 s, has eight labels, and a thousand are a target.
 * One process writes and ends as `kill -9` ends it, another one opens what is left. One partition, so one core.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { RecordDecoder, RecordEncoder } from '@tidemark/log';
import { openFileLogSource, openFileLogWriter } from '@tidemark/log/file';
import { openEngine, QueryBudget } from '@tidemark/tsdb';
import { Labels, Matcher, NamedSeries } from '@tidemark/tsdb/model';

const START_MS = 1_700_000_000_000;
const SCRAPE_MS = 15_000;
const TARGET_SERIES = 1_000;
const TARGETS_PER_RECORD = 10;
const quiet = new AbortController().signal;

const [mode, ...given] = process.argv.slice(2);
if (mode === 'live') await live(given[0], Number(given[1]), Number(given[2]));
else if (mode === 'restart') await restart(given[0], Number(given[1]));
else {
  const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100_000, 32, 1_000_000, 32];
  for (let i = 0; i < sizes.length; i += 2) await measure(sizes[i], sizes[i + 1]);
}

async function measure(series: number, minutes: number): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-restart-'));
  console.log(`restart, ${series.toLocaleString('en-US')} series each 15 s, killed after ${minutes} minutes`);
  for (const args of [
    ['live', dir, String(series), String(minutes)],
    ['restart', dir, String(series)],
  ]) {
    const { status } = spawnSync(process.execPath, [...process.execArgv, import.meta.filename, ...args], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
  await rm(dir, { recursive: true });
}

async function live(dir: string, series: number, minutes: number): Promise<void> {
  const clock = new ManualClock(START_MS);
  const writer = await openFileLogWriter({ dir: join(dir, 'log'), partitions: 1, clock: systemClock });
  const engine = await openEngine({ dir: join(dir, 'data'), clock });
  const decoder = new RecordDecoder('partition 0');
  const encoder = new RecordEncoder({ producer: new Uint8Array(8), clock });
  const targets = Array.from({ length: series / TARGET_SERIES }, (_, i) => NamedSeries.of(labelsOf(i)));
  const numbers = Uint32Array.from({ length: TARGET_SERIES }, (_, i) => i);
  let offset = 0;
  let maintainMs = 0;
  for (let round = 0; round < (minutes * 60_000) / SCRAPE_MS; round++) {
    const roundMs = START_MS + round * SCRAPE_MS;
    const appends = [];
    const maintained = round % 2 === 1 ? timed(() => engine.maintain(clock.now(), quiet)) : Promise.resolve(0);
    for (let first = 0; first < targets.length; first += TARGETS_PER_RECORD) {
      const columns = targets.slice(first, first + TARGETS_PER_RECORD).map((table, i) => {
        const timeMs = roundMs + Math.floor(((first + i) * SCRAPE_MS) / targets.length);
        clock.advance(Math.max(0, timeMs - clock.now()));
        return { table, numbers, timesMs: new Float64Array(TARGET_SERIES).fill(timeMs), values: valuesOf(first + i, round) };
      });
      for (let from = 0, all = columns.length * TARGET_SERIES; from < all; ) {
        const { bytes, to } = encoder.encode({ tenant: 'default', columns, metadata: [] }, from);
        from = to;
        appends.push(writer.append(0, bytes));
        const record = decoder.decode(bytes, offset++);
        if (record.kind !== 'batch') throw new Error(record.kind);
        engine.append(record.batch, record.origin);
      }
      await systemClock.turn();
    }
    if ((await Promise.all(appends)).some(({ kind }) => kind === 'refused')) throw new Error('the log refused a record');
    maintainMs += await maintained;
  }
  const { headSeries, headSamples } = engine.stats();
  figure('running: samples in memory', headSamples / 1e6, 'M');
  figure('running: upkeep beside appends, all', maintainMs, 'ms');
  figure('running: resident at most', process.resourceUsage().maxRSS / 1024, 'MB');
  if (headSeries !== series) throw new Error(`${headSeries} series`);
  process.kill(process.pid, 'SIGKILL');
}

async function restart(dir: string, series: number): Promise<void> {
  const began = performance.now();
  const clock = new ManualClock(START_MS);
  const startedMs = cpuMs();
  const engine = await openEngine({ dir: join(dir, 'data'), clock });
  const openMs = cpuMs() - startedMs;
  const source = await openFileLogSource({ dir: join(dir, 'log'), clock: systemClock });
  const decoder = new RecordDecoder('partition 0', engine.openEpochs);
  const { end } = await source.extent(0);
  const reader = source.reader(0, engine.replayOffset);
  const records = end - engine.replayOffset;
  let [readMs, decodeMs, appendMs, samples] = [0, 0, 0, 0];
  while (reader.position < end) {
    const readFrom = cpuMs();
    const { entries } = await reader.read(quiet);
    readMs += cpuMs() - readFrom;
    for (const entry of entries) {
      if (entry.kind !== 'record') throw entry.error;
      const decodeFrom = cpuMs();
      const record = decoder.decode(entry.bytes, entry.offset);
      const appendFrom = cpuMs();
      if (record.kind !== 'batch') throw new Error(record.kind);
      clock.advance(Math.max(0, record.batch.acceptedAtMs - clock.now()));
      samples += engine.append(record.batch, record.origin).appended;
      decodeMs += appendFrom - decodeFrom;
      appendMs += cpuMs() - appendFrom;
    }
  }
  const budget = new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e9 }, systemClock);
  const matchers = [new Matcher('__name__', '=', 'node_metric_0_total')];
  const found = await engine.select({ tenant: 'default', matchers, range: { fromMs: 0, toMs: clock.now() } }, budget);
  const allMs = performance.now() - began;
  const answeredMs = cpuMs() - startedMs;
  for (const name of ['SNAPSHOT', 'PARTS']) {
    const path = join(dir, 'data', 'head', name);
    if (existsSync(path)) figure(`saved: ${name}`, statSync(path).size / 2 ** 20, 'MiB');
  }
  figure('restart: opening', openMs, 'ms of CPU');
  figure('restart: records read', records, '');
  figure('restart: reading the log', readMs, 'ms of CPU');
  figure('restart: decoding', decodeMs, 'ms of CPU');
  figure('restart: appending', appendMs, 'ms of CPU');
  figure('restart: samples appended', samples / 1e6, 'M');
  figure('restart: until the first answer', answeredMs, 'ms of CPU');
  figure('restart: until the first answer', allMs, 'ms');
  figure('restart: resident at most', process.resourceUsage().maxRSS / 1024, 'MB');
  if (engine.stats().headSeries !== series || found.length !== Math.ceil(series / TARGET_SERIES) * 4)
    throw new Error(`${found.length} series`);
  await source.close();
}

function labelsOf(target: number): Labels[] {
  return Array.from({ length: TARGET_SERIES }, (_, i) =>
    Labels.from({
      __name__: `node_metric_${i % 300}_total`,
      cluster: 'production',
      device: `dev${Math.floor(i / 300)}`,
      instance: `host-${target}.example.com:9100`,
      job: 'node',
      mode: `mode${i % 8}`,
      region: 'eu-central-1',
      team: `team-${target % 12}`,
    }),
  );
}

/** Counters of different speeds, gauges that move, and a third that stands still, as in a host's metrics. */
function valuesOf(target: number, round: number): Float64Array {
  const values = new Float64Array(TARGET_SERIES);
  for (let i = 0; i < TARGET_SERIES; i++) {
    const noise = ((target * 31 + i * 17 + round * 7919) % 101) / 4;
    values[i] = i % 3 === 0 ? i : i % 3 === 1 ? round * (i % 977) + Math.floor(noise) : 50 + noise;
  }
  return values;
}

/** Of all threads of this process. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function figure(name: string, value: number, unit: string): void {
  console.log(`  ${name.padEnd(44)} ${value.toFixed(value < 100 ? 1 : 0).padStart(8)} ${unit}`);
}
