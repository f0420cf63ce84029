/**
 * What happens with each request, counted as plain numbers: metrics are made of them when somebody asks, as their machinery costs
 * more than a small request does.
 */
import {
  Counter,
  Gauge,
  Histogram,
  type LabelValues,
  type MetricObjectWithValues,
  type MetricValueWithName,
  type Registry,
} from 'prom-client';

export interface Tally {
  count: number;
}

/** A number that only rises. */
export function tallyCounter(registry: Registry, name: string, help: string): Tally {
  const tally = { count: 0 };
  countersOf(registry, { name, help, labelNames: [] }, () => [[{}, tally.count]]);
  return tally;
}

export function tallyGauge(registry: Registry, name: string, help: string): Tally {
  const tally = { count: 0 };
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(tally.count);
    },
  });
  return tally;
}

/** The same for each of some values of a label. */
export function tallyCounters<L extends string, V extends string>(
  registry: Registry,
  about: { readonly name: string; readonly help: string; readonly label: L },
  values: readonly V[],
): Readonly<Record<V, Tally>> {
  const tallies = values.map((value) => [value, { count: 0 }] as const);
  const read = () => tallies.map(([value, { count }]) => [{ [about.label]: value } as object as LabelValues<L>, count] as const);
  countersOf(registry, { ...about, labelNames: [about.label] }, read);
  return Object.fromEntries(tallies) as Record<V, Tally>;
}

/** Numbers that labels tell apart; `read` gives those of now. */
export function countersOf<L extends string>(
  registry: Registry,
  { name, help, labelNames }: { readonly name: string; readonly help: string; readonly labelNames: readonly L[] },
  read: () => Iterable<readonly [labels: LabelValues<L>, count: number]>,
): void {
  new Counter<L>({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset();
      for (const [labels, count] of read()) this.inc(labels, count);
    },
  });
}

/** How long something took, each time. */
export class Durations {
  /** Rising. */
  readonly buckets: readonly number[];
  /** Up to each bucket's bound, those of the buckets before it left out; behind the last one what took longer. */
  readonly counts: Float64Array;
  seconds = 0;

  constructor(buckets: readonly number[]) {
    this.buckets = buckets;
    this.counts = new Float64Array(buckets.length + 1);
  }

  add(ms: number): void {
    const seconds = ms / 1000;
    const { buckets } = this;
    let bucket = 0;
    while (bucket < buckets.length && seconds > buckets[bucket]) bucket++;
    this.counts[bucket]++;
    this.seconds += seconds;
  }
}

/** The histogram of durations, which a label may tell apart. */
export class DurationsHistogram extends Histogram {
  readonly #about: { readonly name: string; readonly help: string };
  readonly #buckets: readonly number[];
  readonly #all: { readonly labels: LabelValues<string>; readonly durations: Durations }[] = [];

  constructor(registry: Registry, { name, help, buckets, label }: DurationsOptions) {
    super({ name, help, buckets: [...buckets], labelNames: label === undefined ? [] : [label], registers: [registry] });
    this.#about = { name, help };
    this.#buckets = buckets;
  }

  of(labels: LabelValues<string> = {}): Durations {
    const durations = new Durations(this.#buckets);
    this.#all.push({ labels, durations });
    return durations;
  }

  override async get(): Promise<MetricObjectWithValues<MetricValueWithName<string>>> {
    const { name, help } = this.#about;
    const values = this.#all.flatMap(({ labels, durations }) => valuesOf(name, labels, durations));
    return { name, help, type: 'histogram', aggregator: 'sum', values } as object as MetricObjectWithValues<MetricValueWithName<string>>;
  }

  /** What a registry asks for text. */
  getForPromString(): Promise<MetricObjectWithValues<MetricValueWithName<string>>> {
    return this.get();
  }
}

export interface DurationsOptions {
  readonly name: string;
  readonly help: string;
  readonly buckets: readonly number[];
  readonly label?: string;
}

function valuesOf(name: string, labels: LabelValues<string>, { buckets, counts, seconds }: Durations): MetricValueWithName<string>[] {
  let count = 0;
  const values: MetricValueWithName<string>[] = [...counts].map((own, bucket) => {
    count += own;
    return { labels: { le: bucket < buckets.length ? buckets[bucket] : '+Inf', ...labels }, value: count, metricName: `${name}_bucket` };
  });
  values.push({ labels, value: seconds, metricName: `${name}_sum` }, { labels, value: count, metricName: `${name}_count` });
  return values;
}
