/**
 * `npm run bench -- record/histograms`: what a histogram of request durations takes for each scrape, in the log, in memory and in a block: as a
 * native histogram, as a classic one with a client's usual bounds, and as a classic one of the same resolution.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Prng, prng } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { openEngine } from '@tidemark/tsdb';
import { encodeHistogram, Labels, markHigh, markLow, NamedSeries } from '@tidemark/tsdb/model';
import { RecordDecoder } from './decoder.ts';
import { RecordEncoder, type RecordSamples } from './encoder.ts';

const HISTOGRAMS = 100;
const SCRAPES = 480;
const INTERVAL_MS = 15_000;
const START_MS = 1_700_006_400_000;
/** What clients choose when they are asked for buckets that grow by a tenth. */
const SCHEMA = 3;
const USUAL_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** One route of a service: how often it is asked, and how long it takes, log-normal. */
class Route {
  readonly labels: Readonly<Record<string, string>>;
  readonly #random: Prng;
  readonly #perScrape: number;
  readonly #median: number;
  readonly #spread: number;
  readonly buckets = new Map<number, number>();
  count = 0;
  sum = 0;

  constructor(number: number, random: Prng) {
    this.labels = { job: 'api', instance: `host-${number % 10}`, route: `/v1/thing${Math.floor(number / 10)}` };
    this.#random = random;
    this.#perScrape = 15 * 10 ** (random.next() * 2.5 - 1);
    this.#median = 10 ** (random.next() * 2 - 3);
    this.#spread = 0.3 + random.next() * 0.7;
  }

  observe(): void {
    for (let left = this.#perScrape * (0.5 + this.#random.next()); left > this.#random.next(); left--) {
      const normal = Math.sqrt(-2 * Math.log(1 - this.#random.next())) * Math.cos(2 * Math.PI * this.#random.next());
      const seconds = this.#median * Math.exp(this.#spread * normal);
      const index = Math.ceil(Math.log2(seconds) * 2 ** SCHEMA);
      this.buckets.set(index, (this.buckets.get(index) ?? 0) + 1);
      this.count++;
      this.sum += seconds;
    }
  }

  /** Observations up to a bound, which is the upper one of a bucket, or lies in it. */
  upTo(bound: number): number {
    let count = 0;
    for (const [index, each] of this.buckets) if (2 ** (index / 2 ** SCHEMA) <= bound * (1 + 1e-12)) count += each;
    return count;
  }
}

interface Form {
  readonly name: string;
  readonly series: (route: Route) => readonly Labels[];
  /** Of all routes, each with its series' values behind those of the one before. */
  readonly sample: (routes: readonly Route[]) => { readonly values: Float64Array; readonly histograms: readonly Uint8Array[] };
}

const NATIVE: Form = {
  name: 'native',
  series: ({ labels }) => [Labels.from({ __name__: 'request_seconds', ...labels })],
  sample: (routes) => {
    const histograms = routes.map(({ count, sum, buckets }) => {
      const positive = new Map([...buckets].sort(([a], [b]) => a - b));
      const rest = { bounds: [], zeroThreshold: 2 ** -128, zeroCount: 0, negative: new Map(), hint: 'unknown' as const };
      return encodeHistogram({ schema: SCHEMA, count, sum, positive, ...rest });
    });
    const words = Uint32Array.from({ length: 2 * routes.length }, (_, i) => (i % 2 === 0 ? markLow(i >> 1) : markHigh(i >> 1)));
    return { values: new Float64Array(words.buffer), histograms };
  },
};

function classic(name: string, bounds: readonly number[]): Form {
  return {
    name,
    series: ({ labels }) => [
      ...[...bounds.map(String), '+Inf'].map((le) => Labels.from({ __name__: 'request_seconds_bucket', le, ...labels })),
      Labels.from({ __name__: 'request_seconds_count', ...labels }),
      Labels.from({ __name__: 'request_seconds_sum', ...labels }),
    ],
    sample: (routes) => ({
      values: Float64Array.from(
        routes.flatMap((route) => [...bounds.map((bound) => route.upTo(bound)), route.count, route.count, route.sum]),
      ),
      histograms: [],
    }),
  };
}

const fineBounds = (routes: readonly Route[]) => {
  const used = new Set(routes.flatMap(({ buckets }) => [...buckets.keys()]));
  return [...used].sort((a, b) => a - b).map((index) => 2 ** (index / 2 ** SCHEMA));
};

const routesOf = () => Array.from({ length: HISTOGRAMS }, (_, i) => new Route(i, prng(i + 1)));
const seen = routesOf();
for (let i = 0; i < SCRAPES; i++) for (const route of seen) route.observe();
const buckets = seen.reduce((sum, route) => sum + route.buckets.size, 0) / HISTOGRAMS;
console.log(
  `${HISTOGRAMS} histograms, ${SCRAPES} scrapes, ${buckets.toFixed(0)} buckets each on average, ${fineBounds(seen).length} in all`,
);
for (const form of [NATIVE, classic('classic, 11 bounds', USUAL_BOUNDS), classic('classic, each bucket', fineBounds(seen))])
  await measure(form);

async function measure({ name, series, sample }: Form): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
  const clock = new ManualClock(START_MS);
  const engine = await openEngine({ dir, clock });
  const encoder = new RecordEncoder({ producer: new Uint8Array(8), clock });
  const decoder = new RecordDecoder('bench');
  const routes = routesOf();
  const table = NamedSeries.of(routes.flatMap(series));
  const numbers = Uint32Array.from({ length: table.size }, (_, i) => i);
  let logBytes = 0;
  let offset = 0;
  for (let scrape = 0; scrape < SCRAPES; scrape++) {
    for (const route of routes) route.observe();
    const { values, histograms } = sample(routes);
    const columns = [{ table, numbers, timesMs: new Float64Array(numbers.length).fill(clock.now()), values }];
    const samples: RecordSamples = { tenant: 'default', columns, metadata: [], histograms };
    for (let from = 0; from < numbers.length; ) {
      const { bytes, to } = encoder.encode(samples, from);
      if (scrape > 0) logBytes += bytes.length;
      const decoded = decoder.decode(bytes, offset++);
      if (decoded.kind === 'batch') engine.append(decoded.batch, decoded.origin);
      from = to;
    }
    clock.advance(INTERVAL_MS);
  }
  const { headBytes } = engine.stats();
  await engine.drain();
  const reopened = await openEngine({ dir, clock });
  const blockBytes = reopened.stats().blocks.reduce((sum, { bytes }) => sum + bytes, 0);
  await reopened.drain();
  await rm(dir, { recursive: true });
  const each = (bytes: number, scrapes = SCRAPES) => (bytes / HISTOGRAMS / scrapes).toFixed(1).padStart(8);
  console.log(
    `${name.padEnd(22)} ${String(table.size).padStart(6)} series   bytes a scrape: log ${each(logBytes, SCRAPES - 1)}   memory ${each(headBytes)}   block ${each(blockBytes)}`,
  );
}
