/**
 * What collecting costs: a line for each figure, name value unit spread.
 *
 *   node apps/ingest/src/scrape/scrape.bench.ts
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { systemClock } from '@tidemark/base';
import { Labels } from '@tidemark/tsdb/model';
import { createHostCollector } from '../host/collector.ts';
import { ownJobs } from '../prometheus-config/own-jobs.ts';
import { RecordingPublisher } from './recording.ts';
import { TargetSeries } from './target-series.ts';

const ROUNDS = 7;
const HOST_SECONDS = 10;
/** Far more than caches hold. */
const MANY_TARGETS = 500;

const texts = gunzipSync(readFileSync(new URL('../../../../testdata/node_exporter_raw_scrapes_60.ndjson.gz', import.meta.url)))
  .toString()
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { job: string; body: string })
  .filter(({ job }) => job === 'node')
  .map(({ body }) => body);
const bodies = texts.map((body) => Buffer.from(body));
const target = Labels.from({ job: 'node', instance: 'host:9100' });
const [job] = ownJobs([{ job: 'node', address: 'host:9100' }]);

const steady = new TargetSeries(target, job);
let timeMs = 0;
const scrape = (series: TargetSeries, body: Buffer) => {
  timeMs += 1000;
  const { kept } = series.take(body, 'text', timeMs);
  series.settle();
  return kept;
};

rate('scrape.steady', () => bodies.reduce((sum, body) => sum + scrape(steady, body), 0));
const many = Array.from({ length: MANY_TARGETS }, () => new TargetSeries(target, job));
rate('scrape.many_targets', () => many.reduce((sum, series, i) => sum + scrape(series, bodies[(i + timeMs / 1000) % bodies.length]), 0));
rate('scrape.first', () => bodies.slice(0, 3).reduce((sum, body) => sum + scrape(new TargetSeries(target, job), body), 0));
rate('scrape.naive', () => texts.slice(0, 10).reduce((sum, body) => sum + naive(body).size, 0));
await hostCost();

/** The reference: split and Number, a string for each series and scrape. */
function naive(body: string): Map<string, number> {
  const samples = body.split('\n').filter((line) => line !== '' && line[0] !== '#');
  return new Map(samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}

/** Samples per second of CPU: the median of some rounds, and half their range as its share. */
function rate(name: string, call: () => number): void {
  const rates: number[] = [];
  for (let round = -2; round < ROUNDS; round++) {
    const began = process.cpuUsage();
    let samples = 0;
    while (cpuSecondsSince(began) < 0.3) samples += call();
    if (round >= 0) rates.push(samples / cpuSecondsSince(began));
  }
  rates.sort((a, b) => a - b);
  const median = rates[ROUNDS >> 1];
  console.log(`${name} ${median.toPrecision(4)} samples/cpu_s ±${((50 * (rates[ROUNDS - 1] - rates[0])) / median).toFixed(1)}%`);
}

async function hostCost(): Promise<void> {
  const publisher = new RecordingPublisher();
  const collector = createHostCollector({ publisher, clock: systemClock });
  const stop = new AbortController();
  const running = collector.run(stop.signal);
  await systemClock.sleep(2000); // The first rounds compile.
  const began = process.cpuUsage();
  await systemClock.sleep(HOST_SECONDS * 1000);
  const share = (100 * cpuSecondsSince(began)) / HOST_SECONDS;
  stop.abort();
  await running;
  console.log(`host.cost ${share.toPrecision(3)} percent_of_a_core ${collector.view().lastSamples} samples at 1 s`);
}

function cpuSecondsSince(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
}
