/**
 * What each expression of Grafana's node-exporter-full dashboard costs: CPU of the server for a range query of one hour, warm, beside Prometheus and
 * VictoriaMetrics where they are on the path. The captured scrapes of a node exporter, carried on to an hour at 1 s, for two hosts. One line for
 * each system, and one for each expression at which Tidemark is slower than another. Five minutes.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@tidemark/base/testing';
import { capturedSeries } from '@tidemark/tests/capture-files';
import { freePorts } from '@tidemark/tests/product';
import { encodeWriteRequest, type SeriesToSend } from '@tidemark/tests/remote-write';
import { sendAll } from './support/load.ts';
import { report } from './support/report.ts';
import { startStore } from './support/store.ts';

const DASHBOARD = fileURLToPath(new URL('../../shared/conformance/grafana/node-exporter-full.json', import.meta.url));
const INSTANCES = ['host-0:9100', 'host-1:9100'];
const RANGE_S = 3600;
/** Before the range, for its first windows. */
const BEFORE_S = 300;
const STEP_S = 15;
const PART_S = 30;
const SERIES_PER_REQUEST = 200;
/** Measured so often, asked so often for one figure. */
const RUNS = 5;
const TIMES = 3;

interface System {
  readonly name: string;
  readonly writeUrl: string;
  readonly queryUrl: string;
  readonly pid: number;
  readonly parameters: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

if (existsSync(DASHBOARD)) await main();
else console.log('dashboard: node-exporter-full.json does not lie beside the repository');

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const systems: System[] = [];
  try {
    systems.push(await startTidemark(join(folder, 'tidemark')));
    if (isOnPath('prometheus')) systems.push(await startPrometheus(join(folder, 'prometheus')));
    if (isOnPath('victoria-metrics')) systems.push(await startVictoria(join(folder, 'victoria')));
    const endMs = Math.floor(Date.now() / 1000) * 1000;
    for (const bodies of requests(endMs)) for (const { writeUrl } of systems) await sendAll(writeUrl, bodies);
    for (const system of systems) await waitFor('all samples', () => hasAll(system, endMs / 1000), 60_000);
    await measure(systems, endMs / 1000);
  } finally {
    for (const system of systems) await system.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(systems: readonly System[], endS: number): Promise<void> {
  const expressions = [...new Set(exprsIn(JSON.parse(readFileSync(DASHBOARD, 'utf8'))))].map((expr) =>
    expr.replaceAll('$__rate_interval', '1m').replaceAll('$node', INSTANCES[0]).replaceAll('$job', 'node'),
  );
  const totals = systems.map(() => 0);
  const slower: string[] = [];
  for (const query of expressions) {
    const costs: number[] = [];
    for (const system of systems) costs.push(await cost(system, query, endS));
    for (const [i, each] of costs.entries()) totals[i] += each;
    const [ours, ...theirs] = costs;
    if (theirs.some((other) => ours > other)) slower.push(`${costs.map((each) => each.toFixed(2).padStart(8)).join('')}  ${query}`);
  }
  for (const [i, { name }] of systems.entries()) report(`${expressions.length} expressions: ${name}`, [totals[i]], 'ms CPU', 0);
  if (systems.length === 1) return;
  console.log(`slower than another at ${slower.length} of ${expressions.length}: ${systems.map(({ name }) => name).join(', ')}, ms`);
  for (const line of slower) console.log(line);
}

/** Milliseconds of CPU, the least of some runs. */
async function cost(system: System, query: string, endS: number): Promise<number> {
  const range = { query, start: String(endS - RANGE_S), end: String(endS), step: String(STEP_S), ...system.parameters };
  const url = `${system.queryUrl}/api/v1/query_range?${new URLSearchParams(range)}`;
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run <= RUNS; run++) {
    const before = cpuMilliseconds(system.pid);
    for (let i = 0; i < TIMES; i++) {
      const response = await fetch(url);
      const text = await response.text();
      if (!response.ok) throw new Error(`${system.name}: ${text}`);
    }
    if (run > 0) least = Math.min(least, (cpuMilliseconds(system.pid) - before) / TIMES);
  }
  return least;
}

async function hasAll({ queryUrl }: System, endS: number): Promise<boolean> {
  const parameters = new URLSearchParams({ query: `count(timestamp(node_load1) >= ${endS - 2})`, time: String(endS) });
  const response = await fetch(`${queryUrl}/api/v1/query?${parameters}`);
  const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
  return data.result[0]?.value[1] === String(INSTANCES.length);
}

/** Each a part of all series' times, in requests. */
function* requests(endMs: number): Generator<Uint8Array[]> {
  const captured = capturedSeries().filter(({ labels }) => labels.some(([name, value]) => name === 'job' && value === 'node'));
  const seconds = RANGE_S + BEFORE_S;
  const series = INSTANCES.flatMap((instance) =>
    captured.map(({ labels, values }) => ({ labels: { ...Object.fromEntries(labels), instance }, value: carriedOn(labels[0][1], values) })),
  );
  for (let from = 0; from < seconds; from += PART_S) {
    const part = series.map(({ labels, value }): SeriesToSend => {
      const samples = Array.from({ length: PART_S }, (_, i) => ({
        timeMs: endMs - (seconds - 1 - from - i) * 1000,
        value: value(from + i),
      }));
      return { labels, samples: samples.flatMap(({ timeMs, value }) => (value === null ? [] : [{ timeMs, value }])) };
    });
    const bodies: Uint8Array[] = [];
    for (let at = 0; at < part.length; at += SERIES_PER_REQUEST) bodies.push(encodeWriteRequest(part.slice(at, at + SERIES_PER_REQUEST)));
    yield bodies;
  }
}

/** From its beginning again and again; counters go on from where they were. */
function carriedOn(name: string, values: readonly (number | null)[]): (second: number) => number | null {
  const numbers = values.filter((value) => value !== null);
  const growth = /_(total|sum|count|bucket)$/.test(name) ? (numbers.at(-1) ?? 0) - (numbers[0] ?? 0) : 0;
  return (second) => {
    const value = values[second % values.length];
    return value === null ? null : value + growth * Math.floor(second / values.length);
  };
}

async function startTidemark(folder: string): Promise<System> {
  const store = await startStore(folder);
  const { ingestUrl: writeUrl, queryUrl, worker } = store;
  return { name: 'Tidemark', writeUrl, queryUrl, pid: worker.pid, parameters: {}, stop: () => store.stop() };
}

function startPrometheus(folder: string): Promise<System> {
  return startPeer('Prometheus', 'prometheus', {}, (address) => [
    '--config.file=/dev/null',
    `--storage.tsdb.path=${folder}`,
    `--web.listen-address=${address}`,
    '--web.enable-remote-write-receiver',
    '--log.level=error',
  ]);
}

/** Without its cache of answers. */
function startVictoria(folder: string): Promise<System> {
  return startPeer('VictoriaMetrics', 'victoria-metrics', { nocache: '1' }, (address) => [
    `-storageDataPath=${folder}`,
    `-httpListenAddr=${address}`,
    '-search.latencyOffset=0s',
    '-loggerLevel=ERROR',
  ]);
}

async function startPeer(
  name: string,
  command: string,
  parameters: Readonly<Record<string, string>>,
  argumentsAt: (address: string) => string[],
): Promise<System> {
  const address = `127.0.0.1:${await freePorts()}`;
  const child: ChildProcess = spawn(command, argumentsAt(address), { stdio: 'ignore' });
  const url = `http://${address}`;
  await waitFor(`${name} to be ready`, async () => (await fetch(`${url}/api/v1/query?query=1`).catch(() => null))?.ok, 30_000);
  return {
    name,
    writeUrl: url,
    queryUrl: url,
    pid: child.pid!,
    parameters,
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

function isOnPath(command: string): boolean {
  return spawnSync('which', [command]).status === 0;
}

function exprsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'expr' && typeof inner === 'string' ? [inner] : exprsIn(inner)));
}

function cpuMilliseconds(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).reduce((sum, task) => sum + Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]), 0) / 1e6;
}
