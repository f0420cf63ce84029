/**
 * `node apps/worker/src/consume/consume.bench.ts [SHAPE]…`: what a partition's thread takes for a sample, from the log's files to the head, sealing
 * included: CPU of the process, the collector's and the compiler's threads with it. Each shape has a process of its own.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng, systemClock } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { RecordDecoder, RecordEncoder } from '@tidemark/log';
import { openFileLogSource, openFileLogWriter } from '@tidemark/log/file';
import { openEngine } from '@tidemark/tsdb';
import { Labels, NamedSeries } from '@tidemark/tsdb/model';

/** Requests of as many series, each with so many samples; four of them are a record, as at full load. Targets have 700 series, of three times each. */
const SHAPES: Readonly<Record<string, { series: number; requestSeries: number; perSeries: number; rounds: number; stepMs: number }>> = {
  pushes: { series: 100_000, requestSeries: 2_000, perSeries: 1, rounds: 150, stepMs: 15_000 },
  many: { series: 1_000_000, requestSeries: 2_000, perSeries: 1, rounds: 6, stepMs: 15_000 },
  batches: { series: 10_000, requestSeries: 200, perSeries: 60, rounds: 20, stepMs: 1_000 },
};
const REQUESTS_PER_RECORD = 4;
const TARGET_SERIES = 700;
const START_MS = 1_700_006_400_000;
const STRETCHES = 5;

const [given] = process.argv.slice(2);
if (given !== undefined) await measure(given);
else
  for (const shape of Object.keys(SHAPES))
    if (spawnSync(process.execPath, [...process.execArgv, import.meta.filename, shape], { stdio: 'inherit' }).status !== 0)
      process.exitCode = 1;

async function measure(name: string): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-consume-'));
  const records = await writeLog(name, join(dir, 'log'));
  const clock = new ManualClock(START_MS);
  const engine = await openEngine({ dir: join(dir, 'data'), clock, limits: { seriesPerMetricMax: 1e6 } });
  const source = await openFileLogSource({ dir: join(dir, 'log'), clock: systemClock });
  const decoder = new RecordDecoder('partition 0');
  const reader = source.reader(0, 0);
  let samples = 0;
  const { rounds } = SHAPES[name];
  const perRound = records / rounds;
  let since = { samples: 0, cpuUs: cpuUs() };
  const tell = (what: string) => {
    const now = cpuUs();
    const cost = ((now - since.cpuUs) * 1000) / (samples - since.samples);
    console.log(`${name}: ${what.padEnd(40)} ${cost.toFixed(1).padStart(8)} ns of CPU a sample`);
    since = { samples, cpuUs: cpuUs() };
  };
  let read = 0;
  while (read < records) {
    const { entries } = await reader.read(new AbortController().signal);
    for (const entry of entries) {
      if (entry.kind !== 'record') throw entry.error;
      const record = decoder.decode(entry.bytes, entry.offset);
      if (record.kind !== 'batch') throw new Error(record.kind);
      clock.advance(Math.max(0, record.batch.acceptedAtMs - clock.now()));
      const { appended, refused } = engine.append(record.batch, record.origin);
      if (refused.length > 0) throw new Error(refused[0].reason);
      samples += appended;
      read++;
      if (read === perRound) tell('first samples of series');
      else if ((read - perRound) % Math.ceil((records - perRound) / STRETCHES) === 0 || read === records) tell('the next ones');
    }
  }
  await source.close();
  await rm(dir, { recursive: true });
}

/** Returns how many records there are. */
async function writeLog(name: string, dir: string): Promise<number> {
  const { series, requestSeries, perSeries, rounds, stepMs } = SHAPES[name];
  // It stands still: one epoch, as at full load.
  const clock = new ManualClock(START_MS);
  const writer = await openFileLogWriter({ dir, partitions: 1, clock: systemClock });
  const encoder = new RecordEncoder({ producer: new Uint8Array(8), clock });
  const random = prng(1);
  const table = NamedSeries.of(Array.from({ length: series }, (_, i) => labelsOf(i)));
  const values = Float64Array.from({ length: series }, () => random.int(0, 1_000_000));
  const perRecord = requestSeries * REQUESTS_PER_RECORD;
  let records = 0;
  for (let round = 0; round < rounds; round++) {
    const acceptedAtMs = START_MS + (round + 1) * stepMs * perSeries;
    for (let first = 0; first < series; first += perRecord) {
      const end = Math.min(series, first + perRecord);
      const count = (end - first) * perSeries;
      const columns = { table, numbers: new Uint32Array(count), timesMs: new Float64Array(count), values: new Float64Array(count) };
      for (let i = first, at = 0; i < end; i++) {
        for (let k = 0; k < perSeries; k++, at++) {
          values[i] = nextValue(i, values[i], random.bits());
          columns.numbers[at] = i;
          columns.values[at] = values[i];
          columns.timesMs[at] =
            START_MS + (round * perSeries + k) * stepMs + ((Math.floor(i / TARGET_SERIES) * 7919) % stepMs) + ((i + round) % 3);
        }
      }
      const appends = [];
      for (let from = 0; from < count; ) {
        const { bytes, to } = encoder.encode({ tenant: 'default', acceptedAtMs, columns: [columns], metadata: [] }, from);
        from = to;
        records++;
        appends.push(writer.append(0, bytes));
      }
      await Promise.all(appends);
    }
  }
  await writer.close();
  return records;
}

/** Half of the series stand still; counters, gauges of few digits and noise. */
function nextValue(series: number, value: number, bits: number): number {
  if (series % 2 === 0) return value;
  if (series % 8 < 4) return value + (bits % 100);
  return series % 8 < 6 ? Math.round(value * (0.98 + (bits % 40) / 1000)) : Math.round(1000 * value + (bits % 1000)) / 1000;
}

function labelsOf(series: number): Labels {
  const target = Math.floor(series / TARGET_SERIES);
  const i = series % TARGET_SERIES;
  return Labels.from({
    __name__: `node_metric_${i % 300}_total`,
    cluster: 'production',
    device: `dev${Math.floor(i / 300)}`,
    instance: `host-${target}.example.com:9100`,
    job: 'node',
    mode: `mode${i % 8}`,
    region: 'eu-central-1',
    team: `team-${target % 12}`,
  });
}

function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
