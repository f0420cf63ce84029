import type { MessagePort } from 'node:worker_threads';
import type { Millis } from '@tidemark/base';
import type { Service } from '@tidemark/base/service';
import { type Leaf, type LeafPart, nothingLacks } from '@tidemark/promql';
import type {
  CleaningOutcome,
  Deletion,
  DeletionOutcome,
  Queryable,
  QueryBudget,
  RestoreOutcome,
  RetentionReport,
  RolledRequest,
  SelectedSeries,
  SelectRequest,
  SnapshotOutcome,
  Tiers,
} from '@tidemark/tsdb';
import { type Exemplar, Labels, type Matcher, type MetricMetadata, type TimeRange } from '@tidemark/tsdb/model';
import type { RolledColumns } from '@tidemark/tsdb/rollup';
import type { ConsumedPartition } from '../consume/watermark.ts';
import type {
  GroupEvent,
  GroupReport,
  LeafReply,
  MetricsReport,
  PartitionProgress,
  PlainExemplar,
  PlainListing,
  PlainMatcher,
  PlainRetentionQuestion,
  RolledReply,
} from './calls.ts';
import { Caller, type CallOptions } from './channel/caller.ts';
import { decodeError } from './channel/errors.ts';
import type { LabelsReader } from './codec/labels-table.ts';
import { type PackedSamples, unpackColumns, unpackSamples } from './codec/packed-series.ts';
import { plainLeaf } from './codec/plain-leaf.ts';

/** The main thread's view of a group of partitions, wherever that runs. */
export interface GroupClientOptions {
  readonly name: string;
  readonly port: MessagePort;
  readonly partitions: readonly number[];
  /** Resolves when the group is gone without having been drained. */
  readonly lost?: Promise<Error>;
  /** After the group has been drained, or could not be opened. */
  readonly onClosed?: () => Promise<unknown>;
}

/** One partition's part of a leaf, and the newest sample that it is made of. */
export interface TimedPart extends LeafPart {
  readonly newestMs: Millis | null;
}

export interface LeafAnswer {
  readonly parts: readonly TimedPart[];
  readonly samples: number;
  readonly series: number;
}

export class GroupClient implements Service, Queryable {
  readonly name: string;
  readonly partitions: readonly RemotePartition[];
  readonly #caller: Caller;
  readonly #onClosed: () => Promise<unknown>;
  readonly #progressed = new Set<() => void>();
  readonly #opened = Promise.withResolvers<void>();

  private constructor({ name, port, partitions, lost, onClosed = async () => {} }: GroupClientOptions) {
    this.name = name;
    this.#onClosed = onClosed;
    this.#caller = new Caller(port, (event: GroupEvent) => this.#hear(event));
    void lost?.then((error) => this.#lose(error));
    this.partitions = partitions.map((partition) => new RemotePartition(partition, () => this.#probe(partition)));
  }

  /** Resolves when its engines are open; throws what prevented it. */
  static async open(options: GroupClientOptions): Promise<GroupClient> {
    const client = new GroupClient(options);
    try {
      await client.#opened.promise;
    } catch (error) {
      await client.close();
      throw error;
    }
    return client;
  }

  onProgress(listener: () => void): void {
    this.#progressed.add(listener);
  }

  async run(signal: AbortSignal): Promise<void> {
    const stop = () => void this.#call('stop', null).catch(() => {}); // A group that is lost has stopped.
    signal.addEventListener('abort', stop, { once: true });
    try {
      await this.#call('run', null);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async drain(): Promise<void> {
    await this.#call('drain', null);
    await this.close();
  }

  /** As a crash would, from the outside: nothing is written. */
  async close(): Promise<void> {
    this.#caller.close();
    await this.#onClosed();
  }

  leaf(leaf: Leaf, budget: QueryBudget, ahead: boolean): Promise<LeafAnswer> {
    return this.#caller.call('leaf', plainLeaf(leaf), { budget, ahead, decode: leafAnswer });
  }

  async select({ matchers, ...request }: SelectRequest, budget: QueryBudget): Promise<SelectedSeries[]> {
    const decode: CallOptions<{ packed: PackedSamples; labels: Labels[] }>['decode'] = (packed: PackedSamples, table) => {
      return { packed, labels: Array.from(packed.labels, (number) => table.at(number)) };
    };
    const asked = { ...request, matchers: matchers.map(plainMatcher) };
    const { packed, labels } = await this.#caller.call('select', asked, { budget, decode });
    return unpackSamples(packed, labels, () => budget.breathe());
  }

  /** None where a thread knows raw samples only. */
  async tiers(tenant: string, range: TimeRange): Promise<readonly Tiers[]> {
    const decode = asItIs<readonly Tiers[] | null>;
    return (await this.#caller.call('tiers', { tenant, range }, { ahead: true, decode })) ?? [];
  }

  async visitRolled(
    { matchers, ...request }: RolledRequest,
    budget: QueryBudget,
    visit: (labels: Labels, windows: RolledColumns) => void,
  ): Promise<void> {
    const decode: CallOptions<[Labels, RolledColumns][]>['decode'] = ({ labels, windows }: RolledReply, table) =>
      windows.map((each, i) => [table.at(labels[i]), each]);
    const asked = { ...request, matchers: matchers.map(plainMatcher) };
    for (const [labels, windows] of await this.#caller.call('rolled', asked, { budget, decode })) visit(labels, windows);
  }

  series(tenant: string, matchers: readonly Matcher[], range: TimeRange, budget: QueryBudget): Promise<Labels[]> {
    const decode: CallOptions<Labels[]>['decode'] = (numbers: Uint32Array, table) => Array.from(numbers, (number) => table.at(number));
    return this.#caller.call('series', listing(tenant, matchers, range), { budget, decode });
  }

  labelNames(tenant: string, matchers: readonly Matcher[], range: TimeRange, budget: QueryBudget): Promise<string[]> {
    return this.#caller.call('labelNames', listing(tenant, matchers, range), { budget, decode: asItIs<string[]> });
  }

  labelValues(tenant: string, name: string, matchers: readonly Matcher[], range: TimeRange, budget: QueryBudget): Promise<string[]> {
    return this.#caller.call('labelValues', { ...listing(tenant, matchers, range), name }, { budget, decode: asItIs<string[]> });
  }

  metadata(tenant: string): Promise<readonly MetricMetadata[]> {
    return this.#call('metadata', tenant);
  }

  exemplars(tenant: string, selectors: readonly (readonly Matcher[])[], range: TimeRange): Promise<readonly Exemplar[]> {
    const decode: CallOptions<Exemplar[]>['decode'] = (plain: readonly PlainExemplar[]) =>
      plain.map(({ series, labels, ...rest }) => ({
        series: Labels.fromSortedPairs(series),
        labels: Labels.fromSortedPairs(labels),
        ...rest,
      }));
    const asked = { tenant, range, selectors: selectors.map((matchers) => matchers.map(plainMatcher)) };
    return this.#caller.call('exemplars', asked, { decode });
  }

  /** Ends at its next slice when `signal` aborts. */
  async maintain(extent: 'all' | 'drop only', signal: AbortSignal): Promise<void> {
    const interrupt = () => void this.#call('interrupt', null).catch(() => {}); // A group that is lost keeps nothing up.
    signal.addEventListener('abort', interrupt, { once: true });
    try {
      await this.#call('maintain', extent);
    } finally {
      signal.removeEventListener('abort', interrupt);
    }
  }

  deleteSamples({ tenant, selectors, range }: Deletion): Promise<DeletionOutcome> {
    return this.#call('deleteSamples', { tenant, range, selectors: selectors.map((matchers) => matchers.map(plainMatcher)) });
  }

  cleanTombstones(): Promise<CleaningOutcome> {
    return this.#call('cleanTombstones', null);
  }

  snapshot(dir: string, skipHead: boolean): Promise<SnapshotOutcome> {
    return this.#call('snapshot', { dir, skipHead });
  }

  retention(question: PlainRetentionQuestion): Promise<readonly RetentionReport[]> {
    return this.#call('retention', question);
  }

  restoreArchived(tenant: string, range: TimeRange, days: number): Promise<RestoreOutcome> {
    return this.#call('restoreArchived', { tenant, range, days });
  }

  report(): Promise<GroupReport> {
    return this.#call('report', null);
  }

  metrics(): Promise<MetricsReport> {
    return this.#call('metrics', null);
  }

  /** Ahead: a tick waits for it, and it takes several turns of the thread's event loop. */
  #probe(partition: number): Promise<PartitionProgress> {
    return this.#caller.call('probe', partition, { ahead: true, decode: asItIs<PartitionProgress> });
  }

  /** Whatever waits for it fails. */
  #lose(error: Error): void {
    this.#opened.reject(error);
    this.#caller.lose(error);
  }

  #call<T>(method: string, argument: unknown): Promise<T> {
    return this.#caller.call(method, argument, { decode: asItIs<T> });
  }

  #hear(event: GroupEvent): void {
    switch (event.kind) {
      case 'opened':
        this.#opened.resolve();
        return;
      case 'failed':
        this.#opened.reject(decodeError(event.error));
        return;
      case 'progress':
        for (const progress of event.partitions) this.partitions.find(({ partition }) => partition === progress.partition)?.see(progress);
        for (const listener of this.#progressed) listener();
    }
  }
}

/** What was last told of a partition. */
class RemotePartition implements ConsumedPartition {
  readonly partition: number;
  readonly #ask: () => Promise<PartitionProgress>;
  #progress: PartitionProgress;

  constructor(partition: number, ask: () => Promise<PartitionProgress>) {
    this.partition = partition;
    this.#ask = ask;
    const notReady = `opening partition ${partition} of the log`;
    this.#progress = { partition, consumedToMs: Number.NEGATIVE_INFINITY, replayed: false, notReady };
  }

  get consumedToMs(): Millis {
    return this.#progress.consumedToMs;
  }

  get replayed(): boolean {
    return this.#progress.replayed;
  }

  notReady(): string | null {
    return this.#progress.notReady;
  }

  async probe(): Promise<void> {
    this.see(await this.#ask());
  }

  see(progress: PartitionProgress): void {
    // A probe's answer and what was told before it may cross.
    if (progress.consumedToMs >= this.#progress.consumedToMs) this.#progress = progress;
  }
}

function leafAnswer({ parts, samples, series }: LeafReply, table: LabelsReader): LeafAnswer {
  const decoded = parts.map(({ columns, notes = [], lacking = nothingLacks(), newestMs, trace }) => ({
    series: columns === undefined ? [] : unpackColumns(columns, table),
    notes,
    lacking,
    newestMs,
    trace,
  }));
  return { parts: decoded, samples, series };
}

function asItIs<T>(value: T): T {
  return value;
}

function plainMatcher({ name, operator, value }: Matcher): PlainMatcher {
  return { name, operator, value };
}

function listing(tenant: string, matchers: readonly Matcher[], range: TimeRange): PlainListing {
  return { tenant, matchers: matchers.map(plainMatcher), range };
}
