/** What three instances of PromLabs' demo service say of themselves, in its names: the data of the compliance tester. */
import { prng } from '@tidemark/base';
import type { SampleToSend, SeriesToSend } from './remote-write.ts';

const INTERVAL_MS = 5_000;
const BOUNDS = ['0.0001', '0.00025', '0.001', '0.0025', '0.01', '0.025', '0.1', '0.25', '1', '+Inf'];

/** From one time to another, scraped every 5 s; never at a whole second. */
export function demoSeries(fromMs: number, toMs: number): SeriesToSend[] {
  const random = prng(2020);
  const all: SeriesToSend[] = [];
  for (const port of [10_000, 10_001, 10_002]) {
    const times: number[] = [];
    for (let timeMs = fromMs + random.int(1, INTERVAL_MS); timeMs <= toMs; timeMs += INTERVAL_MS) {
      const jittered = timeMs + random.int(-3, 4);
      times.push(jittered % 1000 === 0 ? jittered + 1 : jittered);
    }
    const add = (name: string, labels: Readonly<Record<string, string>>, value: (i: number) => number | null) => {
      const samples = times.flatMap((timeMs, i): SampleToSend[] => {
        const now = value(i);
        return now === null ? [] : [{ timeMs, value: now }];
      });
      all.push({ labels: { __name__: `demo_${name}`, job: 'demo', instance: `demo.promlabs.com:${port}`, ...labels }, samples });
    };
    const counter = (most: number, unit: number): ((i: number) => number) => {
      let value = random.int(1e6, 2e6);
      return () => {
        value += random.int(0, most);
        return value / unit;
      };
    };
    for (const mode of ['idle', 'system', 'user']) add('cpu_usage_seconds_total', { mode }, counter(5_000, 1000));
    for (const type of ['buffers', 'cached', 'free', 'used']) {
      const base = random.int(1e9, 4e9);
      add('memory_usage_bytes', { type }, (i) => base + Math.round(1e8 * Math.sin(i / 50)) + random.int(0, 1e7));
    }
    add('disk_usage_bytes', {}, (i) => 1e9 + 137_000 * i + random.int(0, 5000));
    add('num_cpus', {}, () => 4);
    add('batch_last_success_timestamp_seconds', {}, (i) => times[i - (i % 12)] / 1000);
    add('intermittent_metric', {}, (i) => (i % 120 < 60 ? random.int(0, 100) : null));
    for (const [method, path] of [
      ['GET', '/api/foo'],
      ['POST', '/api/bar'],
    ]) {
      const counts = BOUNDS.map(() => 0);
      const rows = times.map(() => counts.map((_, k) => (counts[k] += random.int(0, 9))));
      const below = (i: number, bound: number) => rows[i].slice(0, bound + 1).reduce((sum, count) => sum + count, 0);
      const of = { method, path, status: '200' };
      for (const [bound, le] of BOUNDS.entries()) add('api_request_duration_seconds_bucket', { ...of, le }, (i) => below(i, bound));
      add('api_request_duration_seconds_count', of, (i) => below(i, BOUNDS.length - 1));
      add('api_request_duration_seconds_sum', of, (i) => below(i, BOUNDS.length - 1) / 8);
    }
  }
  return all;
}
