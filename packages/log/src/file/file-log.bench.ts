/**
 * The file log on this machine's temporary folder: a line for each figure, name value unit spread.
 *
 *   node packages/log/src/file/file-log.bench.ts [FOLDER]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { openFileLogSource } from './source.ts';
import { openFileLogWriter } from './writer.ts';

const ROUNDS = 5;
const dir = await mkdtemp(join(process.argv[2] ?? tmpdir(), 'tidemark-log-bench-'));
const writer = await openFileLogWriter({ dir, partitions: 1, clock: systemClock });
const source = await openFileLogSource({ dir, clock: systemClock });

/** The median, and half the range as its share. */
function report(name: string, unit: string, figures: number[]): void {
  const sorted = figures.toSorted((a, b) => a - b);
  const median = sorted[sorted.length >> 1];
  console.log(`${name} ${median.toPrecision(4)} ${unit} ±${((50 * (sorted[sorted.length - 1] - sorted[0])) / median).toFixed(1)}%`);
}

async function appendRate(recordBytes: number, lanes: number): Promise<{ recordsPerSecond: number; cpuUsPerRecord: number }> {
  const record = new Uint8Array(recordBytes);
  const began = performance.now();
  const cpu = process.cpuUsage();
  let records = 0;
  const lane = async () => {
    while (performance.now() - began < 400) {
      await writer.append(0, record);
      records++;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const { user, system } = process.cpuUsage(cpu);
  return { recordsPerSecond: (records * 1000) / (performance.now() - began), cpuUsPerRecord: (user + system) / records };
}

for (const [recordBytes, lanes] of [
  [200, 1],
  [200, 64],
  [20_000, 1],
  [20_000, 64],
  [500_000, 8],
]) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await appendRate(recordBytes, lanes));
  const name = `log.append.${recordBytes}B.${lanes}_waiting`;
  report(
    name,
    'records/s',
    rounds.map((round) => round.recordsPerSecond),
  );
  report(
    `${name}.cpu`,
    'us/record',
    rounds.map((round) => round.cpuUsPerRecord),
  );
}

const { end } = await source.extent(0);
const reader = source.reader(0, end);
const durable: number[] = [];
const seen: number[] = [];
for (let i = 0; i < 200; i++) {
  const reading = reader.read(AbortSignal.timeout(5000)).then(() => performance.now());
  await new Promise((resolve) => setTimeout(resolve, 2));
  const began = performance.now();
  const seenAt = reading.then((at) => seen.push(at - began));
  await writer.append(0, new Uint8Array(2000));
  durable.push(performance.now() - began);
  await seenAt;
}
for (const [name, figures] of [
  ['log.append_to_durable', durable],
  ['log.append_to_read', seen],
] as const) {
  const sorted = figures.toSorted((a, b) => a - b);
  console.log(`${name} ${sorted[100].toFixed(2)} ms p99=${sorted[198].toFixed(2)}ms`);
}

const replayed: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const all = source.reader(0, 0);
  const began = performance.now();
  let bytes = 0;
  while (all.position < end && bytes < 200e6) {
    for (const entry of (await all.read(AbortSignal.timeout(60_000))).entries) if (entry.kind === 'record') bytes += entry.bytes.length;
  }
  replayed.push(bytes / 1e3 / (performance.now() - began));
  await all.close();
}
report('log.replay', 'MB/s', replayed);

const waiting = source.reader(0, end + 200).read(AbortSignal.timeout(3000));
const idle = process.cpuUsage();
await waiting;
const { user, system } = process.cpuUsage(idle);
console.log(`log.idle_reader_cpu ${((user + system) / 3e4).toFixed(3)} % over 3 s`);

await source.close();
await writer.close();
await rm(dir, { recursive: true });
