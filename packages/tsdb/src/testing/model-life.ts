import { crc32 } from 'node:zlib';
import type { Prng } from '@tidemark/base';
import type { ManualClock } from '@tidemark/base/testing';
import { expect } from 'vitest';
import type { AppendOutcome, Engine } from '../engine.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import type { SampleBatch, SampleGroup } from '../model/batch.ts';
import { decodeHistogram, encodeHistogram } from '../model/histogram-bytes.ts';
import { markHigh, markLow } from '../model/histogram-mark.ts';
import { compareLabels, compareNames, Labels } from '../model/labels.ts';
import { Matcher, matchesAll } from '../model/matcher.ts';
import { NamedSeries } from '../model/named-series.ts';
import type { NativeHistogram } from '../model/native-histogram.ts';
import { histogramsOf, type SampleColumns, writeStaleAt } from '../model/sample.ts';
import { contains, type TimeRange } from '../model/time-range.ts';
import { QueryBudget } from '../query/budget.ts';
import { randomHistogram } from './random-histogram.ts';
import { compareRolled } from './rolled-oracle.ts';

/** What the log would hold, what every sample of it should come to, and the questions that show it. */
export type Action = 'append' | 'maintain' | 'select' | 'delete' | 'clean' | 'all at once' | 'restart' | 'crash';

/** Bits of a number, or what stands for the bytes of a histogram. */
type Told = bigint | string;

const HISTOGRAM_SHARE: Readonly<Record<string, number>> = { io: 0.9, load: 0.02 };

interface Entry {
  readonly batch: SampleBatch;
  readonly epochOffset: number;
}

interface Epoch {
  readonly offset: number;
  readonly beganMs: number;
  readonly tables: Map<string, NamedSeries>;
}

const newEpoch = (offset: number, beganMs: number): Epoch => ({ offset, beganMs, tables: new Map() });
const EPOCH_MS_MAX = 5 * 60_000;

const TENANTS = ['default', 'team-b'];
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export class ModelLife {
  readonly #random: Prng;
  readonly #clock: ManualClock;
  readonly #log: Entry[] = [];
  /** Two ingests write the same partition. */
  readonly #producers: Epoch[] = [newEpoch(0, 0), newEpoch(0, 0)];
  /** tenant → labels → time → what the sample is: bits of a number, or bytes of a histogram. */
  readonly #samples = new Map<string, Map<string, { labels: Labels; told: Map<number, Told> }>>();
  readonly #newestMs = new Map<string, number>();
  /** By their width. */
  readonly windowsCompared = new Map<number, number>();

  readonly #backfill: boolean;
  readonly #histograms: NativeHistogram[] = [];
  /** By what stands for them. */
  readonly #told = new Map<string, NativeHistogram>();

  constructor(random: Prng, clock: ManualClock, backfill: boolean) {
    this.#backfill = backfill;
    this.#random = random;
    this.#clock = clock;
  }

  nextAction(): Action {
    const dice = this.#random.next();
    if (dice < 0.72) return 'append';
    if (dice < 0.74) return 'delete';
    if (dice < 0.75) return 'clean';
    if (dice < 0.8) return 'maintain';
    if (dice < 0.85) return 'all at once';
    if (dice < 0.95) return 'select';
    return dice < 0.975 ? 'restart' : 'crash';
  }

  coin(): boolean {
    return this.#random.chance(0.5);
  }

  append(engine: Engine): void {
    const random = this.#random;
    this.#clock.advance(random.chance(0.05) ? random.int(0, 5 * HOUR_MS) : random.int(1_000, 3 * MINUTE_MS));
    const producer = random.int(0, this.#producers.length);
    if (random.chance(0.1) || this.#clock.now() - this.#producers[producer].beganMs >= EPOCH_MS_MAX) {
      this.#producers[producer] = newEpoch(this.#log.length, this.#clock.now());
    }
    const epoch = this.#producers[producer];
    const batch = this.#randomBatch(random.pick(TENANTS), epoch);
    const origin = { offset: this.#log.length, epochOffset: epoch.offset };
    this.#log.push({ batch, epochOffset: epoch.offset });
    const expected = this.#apply(batch);
    const { appended, refused } = engine.append(batch, origin);
    // A head that has just been emptied cannot tell a repeated sample from a new one: then it counts more, and answers the same.
    expect(appended).toBeGreaterThanOrEqual(expected.appended);
    for (const reason of ['too_old', 'too_far_in_future'] as const) expect(count(refused, reason)).toBe(count(expected.refused, reason));
  }

  replay(engine: Engine): void {
    const from = engine.replayOffset;
    for (let offset = from; offset < this.#log.length; offset++) {
      const { batch, epochOffset } = this.#log[offset];
      if (epochOffset < from) continue; // Whoever starts here cannot read it.
      engine.append(batch, { offset, epochOffset });
    }
  }

  /** Without backfill, nothing as new as the newest sample: that one decides what is too old, and who replays would not know it any more. */
  async delete(engine: Engine): Promise<void> {
    const random = this.#random;
    const tenant = random.pick(TENANTS);
    const newestMs = this.#newestMs.get(tenant);
    if (newestMs === undefined) return;
    const toMs = newestMs + (this.#backfill ? 10 : -1) - (random.chance(0.3) ? 0 : random.int(0, 6 * HOUR_MS));
    const range = { fromMs: toMs - random.int(0, random.pick([MINUTE_MS, HOUR_MS, 20 * HOUR_MS])), toMs };
    const selectors = Array.from({ length: random.int(1, 3) }, () => this.#randomMatchers());
    expect(await engine.deleteSamples({ tenant, selectors, range }, this.#log.length)).toEqual({ kind: 'deleted' });
    for (const { labels, told } of this.#samples.get(tenant)?.values() ?? []) {
      if (!selectors.some((matchers) => matchesAll(matchers, (name) => labels.get(name)))) continue;
      for (const timeMs of told.keys()) if (contains(range, timeMs)) told.delete(timeMs);
    }
  }

  async compareAll(engine: Engine): Promise<void> {
    for (const tenant of TENANTS) await this.#compare(engine, tenant, [new Matcher('__name__', '!=', '')], { fromMs: 0, toMs: 1e15 });
  }

  /** What is rolled up is what all samples come to; call it after upkeep. */
  async compareRolled(engine: Engine): Promise<void> {
    for (const tenant of TENANTS) {
      const all = this.#expected(tenant, [], { fromMs: 0, toMs: 1e15 }).map(({ labels, samples }) => {
        const histograms: NativeHistogram[] = [];
        const mark = (told: string) => markBits(histograms.push(this.#told.get(told) as NativeHistogram) - 1);
        const bits = BigUint64Array.from(samples, ([, each]) => (typeof each === 'bigint' ? each : mark(each)));
        return { labels, samples: { times: Float64Array.from(samples, ([t]) => t), values: new Float64Array(bits.buffer), histograms } };
      });
      const budget = new QueryBudget({ deadlineMs: 1e9, samplesMax: 1e9, seriesMax: 1e9 }, this.#clock);
      for (const [widthMs, windows] of await compareRolled(engine, tenant, all, budget)) {
        this.windowsCompared.set(widthMs, (this.windowsCompared.get(widthMs) ?? 0) + windows);
      }
    }
  }

  async compare(engine: Engine): Promise<void> {
    const random = this.#random;
    const toMs = this.#clock.now() - random.int(-HOUR_MS, 12 * HOUR_MS);
    const range = { fromMs: toMs - random.int(0, random.pick([MINUTE_MS, HOUR_MS, 8 * HOUR_MS])), toMs };
    await this.#compare(engine, random.pick(TENANTS), this.#randomMatchers(), range);
  }

  async #compare(engine: Engine, tenant: string, matchers: Matcher[], range: TimeRange): Promise<void> {
    const budget = () => new QueryBudget({ deadlineMs: 1e9, samplesMax: 1e9, seriesMax: 1e9 }, this.#clock);
    const expected = this.#expected(tenant, matchers, range);
    const show = (series: { labels: Labels; samples: [number, Told][] }) =>
      `${series.labels} ${series.samples.map(([t, bits]) => `${t}:${bits.toString(16)}`).join(' ')}`;
    const found = await engine.select({ tenant, matchers, range }, budget());
    const actual = found.map(({ labels, samples }) => ({
      labels,
      samples: toldOf(samples),
    }));
    actual.sort((a, b) => compareLabels(a.labels, b.labels));
    expect(actual.map(show)).toEqual(expected.map(show));

    const visited: typeof actual = [];
    await engine.visit?.({ tenant, matchers, range }, budget(), ({ labels, samples }) => {
      visited.push({ labels, samples: toldOf(samples) });
    });
    expect(visited.sort((a, b) => compareLabels(a.labels, b.labels)).map(show)).toEqual(expected.map(show));

    const newest = await engine.select({ tenant, matchers, range, newestOnly: true }, budget());
    const actualNewest = newest.map(({ labels, samples }) => ({
      labels,
      samples: toldOf(samples),
    }));
    actualNewest.sort((a, b) => compareLabels(a.labels, b.labels));
    expect(actualNewest.map(show)).toEqual(expected.map((series) => show({ labels: series.labels, samples: series.samples.slice(-1) })));

    const listed = await engine.series(tenant, matchers, range, budget());
    expect(listed.sort(compareLabels).map(String)).toEqual(expected.map(({ labels }) => String(labels)));
    for (const restricted of [[], matchers]) {
      const labels = this.#expected(tenant, restricted, range).map((series) => series.labels);
      expect(await engine.labelNames(tenant, restricted, range, budget())).toEqual(
        sorted(labels.flatMap((each) => [...each].map(([name]) => name))),
      );
      expect(await engine.labelValues(tenant, 'host', restricted, range, budget())).toEqual(
        sorted(labels.map((each) => each.get('host')).filter((v) => v !== '')),
      );
    }
  }

  #expected(tenant: string, matchers: readonly Matcher[], range: TimeRange): { labels: Labels; samples: [number, Told][] }[] {
    return [...(this.#samples.get(tenant)?.values() ?? [])]
      .filter(({ labels }) => matchesAll(matchers, (name) => labels.get(name)))
      .map(({ labels, told }) => ({
        labels,
        samples: [...told].filter(([t]) => t >= range.fromMs && t <= range.toMs).sort(([a], [b]) => a - b),
      }))
      .filter(({ samples }) => samples.length > 0)
      .sort((a, b) => compareLabels(a.labels, b.labels));
  }

  #apply(batch: SampleBatch): AppendOutcome {
    const refused = new Map<string, number>();
    let appended = 0;
    const tenant = this.#samples.get(batch.tenant) ?? new Map();
    this.#samples.set(batch.tenant, tenant);
    const histograms = batch.histograms?.map(decodeHistogram);
    for (const histogram of histograms ?? []) this.#told.set(textOf(histogram), histogram);
    for (const { timeMs, numbers, values } of batch.groups) {
      const told = toldOf({ times: Float64Array.from(numbers), values, histograms });
      const newestMs = this.#newestMs.get(batch.tenant) ?? Number.NEGATIVE_INFINITY;
      const future = timeMs > batch.acceptedAtMs + DEFAULT_LIMITS.futureMs;
      if (future || (!this.#backfill && timeMs < newestMs - DEFAULT_LIMITS.lateWindowMs)) {
        const reason = future ? 'too_far_in_future' : 'too_old';
        refused.set(reason, (refused.get(reason) ?? 0) + numbers.length);
        continue;
      }
      numbers.forEach((number, i) => {
        const labels = batch.table.labels(number);
        const series = tenant.get(labels.key) ?? { labels, told: new Map() };
        tenant.set(labels.key, series);
        if (series.told.has(timeMs)) return;
        series.told.set(timeMs, told[i][1]);
        appended++;
      });
      this.#newestMs.set(batch.tenant, Math.max(newestMs, timeMs));
    }
    return { appended, refused: [...refused].map(([reason, samples]) => ({ reason: reason as 'too_old', samples, firstSeries: '' })) };
  }

  #randomBatch(tenant: string, { tables }: Epoch): SampleBatch {
    const random = this.#random;
    const table = tables.get(tenant) ?? new NamedSeries();
    tables.set(tenant, table);
    const groups = Array.from({ length: random.int(1, 12) }, (): SampleGroup => {
      const ageMs = random.chance(0.8)
        ? random.int(0, 20_000)
        : random.int(-20 * MINUTE_MS, random.chance(0.2) ? 20 * HOUR_MS : 90 * MINUTE_MS);
      const numbers = new Set<number>();
      for (let i = random.int(1, 8); i > 0; i--) numbers.add(this.#numberOf(table, randomLabels(random)));
      // A coarse grid, so that times meet again.
      return {
        timeMs: Math.floor((this.#clock.now() - ageMs) / 5000) * 5000,
        numbers: Uint32Array.from(numbers),
        values: randomValues(random, numbers.size),
      };
    });
    const histograms: Uint8Array[] = [];
    // One metric is of numbers, one of both, and one may have changed.
    for (const { numbers, values } of groups) {
      const words = new Uint32Array(values.buffer);
      for (const [i, number] of numbers.entries()) {
        if (!random.chance(HISTOGRAM_SHARE[table.labels(number).name] ?? 0)) continue;
        const at = histograms.push(encodeHistogram(this.#randomHistogram())) - 1;
        words.set([markLow(at), markHigh(at)], 2 * i);
      }
    }
    return { tenant, acceptedAtMs: this.#clock.now(), table, groups, metadata: [], ...(histograms.length > 0 && { histograms }) };
  }

  /** Mostly of the same few shapes, and sometimes the very same, so that samples meet again. */
  #randomHistogram(): NativeHistogram {
    const random = this.#random;
    if (this.#histograms.length === 0 || random.chance(0.1)) this.#histograms.push(randomHistogram(random));
    const histogram = random.pick(this.#histograms);
    const more = (count: number) => count + random.int(0, 4);
    if (random.chance(0.3)) return histogram;
    return {
      ...histogram,
      count: more(histogram.count),
      positive: new Map([...histogram.positive].map(([index, count]) => [index, more(count)])),
    };
  }

  #numberOf(table: NamedSeries, labels: Labels): number {
    for (let series = 0; series < table.size; series++) if (table.labels(series).equals(labels)) return series;
    return table.addLabels(labels);
  }

  #randomMatchers(): Matcher[] {
    const random = this.#random;
    const one = (): Matcher =>
      random.pick([
        new Matcher('host', '=', `h${random.int(0, 4)}`),
        new Matcher('host', '!=', 'h1'),
        new Matcher('host', '=~', 'h[12]'),
        new Matcher('host', '!~', 'h1|h2'),
        new Matcher('host', '=~', 'h0|h3|'),
        new Matcher('disk', '=', ''),
        new Matcher('disk', '!=', ''),
        new Matcher('disk', '=~', '.*'),
        new Matcher('disk', '!~', 's.+'),
        new Matcher('absent', '=', 'x'),
        new Matcher('absent', '!=', 'x'),
      ]);
    return [
      new Matcher('__name__', random.pick(['=', '=~', '!=']), random.pick(['up', 'load'])),
      ...Array.from({ length: random.int(0, 3) }, one),
    ];
  }
}

function randomLabels(random: Prng): Labels {
  return Labels.from({
    __name__: random.pick(['up', 'load', 'io']),
    host: `h${random.int(0, 5)}`,
    disk: random.pick(['', '', 'sda', 'nvme']),
  });
}

function randomValues(random: Prng, length: number): Float64Array {
  const values = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const dice = random.next();
    if (dice < 0.05) writeStaleAt(values, i);
    else if (dice < 0.1) values[i] = random.pick([Number.NaN, -0, Number.POSITIVE_INFINITY, 5e-324, Number.MAX_VALUE]);
    else values[i] = dice < 0.6 ? random.int(0, 3) : random.next() * 1e6;
  }
  return values;
}

/** Of the samples one by one. */
function toldOf({ times, values, histograms = [] }: SampleColumns): [number, Told][] {
  const all = histogramsOf({ times, values, histograms });
  return Array.from(times, (time, i) => {
    const histogram = all?.[i];
    return [time, histogram === undefined ? bitsAt(values, i) : textOf(histogram)];
  });
}

function bitsAt(values: Float64Array, at: number): bigint {
  return new BigUint64Array(values.buffer, values.byteOffset, values.length)[at];
}

function count(refused: AppendOutcome['refused'], reason: string): number {
  return refused.find((entry) => entry.reason === reason)?.samples ?? 0;
}

function sorted(texts: string[]): string[] {
  return [...new Set(texts)].sort(compareNames);
}

function textOf(histogram: NativeHistogram): string {
  return `histogram ${crc32(encodeHistogram(histogram))}`;
}

function markBits(at: number): bigint {
  return (BigInt(markHigh(at)) << 32n) | BigInt(markLow(at) >>> 0);
}
