/**
 * `node bench/cancel.ts [SERIES] [TIMES] [PART OF A TITLE]`: questions of all kinds over many series, each given up at random moments by closing its
 * connection, and what CPU time the worker's busiest thread still spends on it; the worst of each, in milliseconds. Beside it what it
 * spends in as long when nobody asks.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ByteWriter, prng, systemClock } from '@tidemark/base';
import { waitFor } from '@tidemark/base/testing';
import { compress, encodeWriteRequest, sendWriteRequest } from '@tidemark/tests/remote-write';
import { startStore } from './support/store.ts';

const SERIES = Number(process.argv[2] ?? 100_000);
const TIMES = Number(process.argv[3] ?? 6);
const WANTED = process.argv[4] ?? '';
const SAMPLES = 10;
const INTERVAL_MS = 15_000;
const BATCH = 5_000;
/** Within which what is still done for a question is over, however busy the machine is. */
const AFTER_MS = 600;
const DURATION_MS_MAX = 8_000;

const endMs = Math.floor(Date.now() / 1000) * 1000;
const folder = await mkdtemp(join(tmpdir(), 'tidemark-cancel-'));
const store = await startStore(folder);
try {
  await load();
  await measure();
} finally {
  await store.stop();
  await rm(folder, { recursive: true });
}

async function load(): Promise<void> {
  for (let from = 0; from < SERIES; from += BATCH) {
    const series = Array.from({ length: Math.min(BATCH, SERIES - from) }, (_, i) => {
      const n = from + i;
      const labels = { __name__: 'x_total', n: `host-${n}.example.org`, g: String(n % 100), le: String(n % 50) };
      const times = Array.from({ length: SAMPLES }, (__, k) => endMs - (SAMPLES - k) * INTERVAL_MS);
      return { labels, samples: times.map((timeMs, k) => ({ timeMs, value: (n * 7 + k * k) % 1_000 })) };
    });
    const reply = await sendWriteRequest(store.ingestUrl, encodeWriteRequest(series));
    if (!reply.ok) throw new Error(await reply.text());
  }
  await waitFor(
    'the worker to have taken it in',
    async () => {
      const reply = await fetch(`${store.queryUrl}/api/v1/status/intake`);
      return ((await reply.json()) as { data: { waitingRecords: number } }).data.waitingRecords === 0;
    },
    120_000,
  );
}

interface Question {
  readonly title: string;
  readonly path: string;
  readonly body?: Uint8Array;
}

async function measure(): Promise<void> {
  const random = prng(1);
  const idleMs: number[] = [];
  for (let i = 0; i < 5; i++) idleMs.push(await spentMs(AFTER_MS));
  console.log(`${SERIES} series; idle: ${Math.max(...idleMs).toFixed(0)} ms`);
  for (const question of questions().filter(({ title }) => title.includes(WANTED))) {
    const wholeMs = await lasts(question);
    const worst: number[] = [];
    for (let i = 0; i < TIMES; i++) {
      const end = begin(question);
      await systemClock.sleep(random.next() * wholeMs);
      end();
      worst.push(await spentMs(AFTER_MS));
    }
    const sorted = worst.toSorted((a, b) => b - a);
    console.log(`${sorted.map((ms) => ms.toFixed(0).padStart(4)).join(' ')}  of ${wholeMs.toFixed(0)} ms: ${question.title}`);
  }
}

function questions(): Question[] {
  const range = `start=${(endMs - 120_000) / 1000}&end=${endMs / 1000}&step=5`;
  const ranges = [
    'x_total',
    'rate(x_total[1m])',
    'sum by (g) (rate(x_total[1m]))',
    'topk(10, rate(x_total[1m]))',
    'quantile_over_time(0.9, x_total[1m])',
    'x_total * on (n) x_total',
    'x_total or x_total + 1',
    'label_replace(x_total, "a", "$1", "n", "host-(.*)\\\\.org")',
    'histogram_quantile(0.9, sum by (g, le) (x_total))',
    'count_values("v", x_total)',
    'quantile by (g) (0.5, x_total)',
    'limitk(10, x_total)',
    'max_over_time(x_total[1m:5s])',
    'x_total{n=~".*9.*8.*7.*example.*"}',
  ];
  const instants = [
    'sort(x_total)',
    'sort_by_label(x_total, "n")',
    'x_total{n=~".*(1|2|3).*(4|5|6).*(7|8).*org"}',
    'x_total[2m]',
    'count by (n) (x_total)',
  ];
  const at = `time=${endMs / 1000}`;
  const all = `match[]=${encodeURIComponent('{n=~".+"}')}`;
  return [
    ...ranges.map((query) => ({ title: query, path: `/api/v1/query_range?query=${encodeURIComponent(query)}&${range}` })),
    ...instants.map((query) => ({ title: `${query} at once`, path: `/api/v1/query?query=${encodeURIComponent(query)}&${at}` })),
    { title: 'lists: series', path: `/api/v1/series?${all}` },
    { title: 'lists: series of a slow expression', path: `/api/v1/series?match[]=${encodeURIComponent('{n=~".*(1|2).*(3|4).*(5|6).*"}')}` },
    { title: 'lists: labels', path: `/api/v1/labels?${all}` },
    { title: 'lists: values of a label', path: '/api/v1/label/n/values' },
    { title: 'lists: values of a label of matching series', path: `/api/v1/label/n/values?${all}` },
    { title: 'lists: federate', path: `/federate?${all}` },
    { title: 'lists: remote read, samples', path: '/api/v1/read', body: readRequest([]) },
    { title: 'lists: remote read, chunks', path: '/api/v1/read', body: readRequest([1]) },
  ];
}

/** How long it takes to be answered, within bounds. */
async function lasts(question: Question): Promise<number> {
  const startMs = performance.now();
  const answered = new Promise<void>((resolve) => begin(question, resolve));
  await Promise.race([answered, systemClock.sleep(DURATION_MS_MAX)]);
  const wholeMs = performance.now() - startMs;
  await systemClock.sleep(AFTER_MS);
  return Math.min(wholeMs, DURATION_MS_MAX);
}

/** Asks; returns what gives up. */
function begin({ path, body }: Question, onEnd: () => void = () => {}): () => void {
  const asked = request(`${store.queryUrl}${path}`, { method: body === undefined ? 'GET' : 'POST', agent: false });
  asked.on('error', onEnd);
  asked.on('response', (response) => {
    response.on('error', onEnd);
    response.on('end', onEnd);
    response.resume();
  });
  asked.end(body);
  return () => asked.destroy();
}

/** CPU time of the busiest thread from now on. */
async function spentMs(forMs: number): Promise<number> {
  const before = threadTimes();
  await systemClock.sleep(forMs);
  return Math.max(...[...threadTimes()].map(([thread, ns]) => ns - (before.get(thread) ?? 0))) / 1e6;
}

function threadTimes(): Map<string, number> {
  const tasks = `/proc/${store.worker.pid}/task`;
  return new Map(readdirSync(tasks).map((task) => [task, Number(readFileSync(`${tasks}/${task}/schedstat`, 'latin1').split(' ')[0])]));
}

/** A `prometheus.ReadRequest` for everything: queries = 1 {start = 1, end = 2, matchers = 3 {type = 1, name = 2, value = 3}}, accepted types = 2. */
function readRequest(types: readonly number[]): Uint8Array {
  const matcher = message((writer) => {
    integer(writer, 1, 2);
    bytes(writer, 2, Buffer.from('n'));
    bytes(writer, 3, Buffer.from('.+'));
  });
  const query = message((writer) => {
    integer(writer, 1, endMs - 600_000);
    integer(writer, 2, endMs);
    bytes(writer, 3, matcher);
  });
  return compress(
    message((writer) => {
      bytes(writer, 1, query);
      for (const type of types) integer(writer, 2, type);
    }),
  );
}

function message(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  write(writer);
  return writer.finish();
}

function integer(writer: ByteWriter, field: number, value: number): void {
  writer.u8(field << 3);
  writer.varint(value);
}

function bytes(writer: ByteWriter, field: number, content: Uint8Array): void {
  writer.u8((field << 3) | 2);
  writer.varint(content.length);
  writer.bytes(content);
}
