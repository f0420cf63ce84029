import type { Clock, Millis } from '@tidemark/base';
import type { Completion, MetricRow } from '@tidemark/rpc';
import { Matcher, METRIC_NAME, type MetricMetadata, type MetricType } from '@tidemark/tsdb/model';
import { LRUCache } from 'lru-cache';
import {
  COMPLETION_WINDOW_MS,
  COMPLETIONS_MAX,
  METADATA_FRESH_MS,
  NAME_LISTS_MAX,
  NAMES_FRESH_MS,
  NAMES_FRESH_TIMES,
  NAMES_STALE_MS,
  TENANTS_ASKED_MAX,
} from '../limits.ts';
import type { QueryService } from '../query/query-service.ts';
import { NameIndex } from './name-index.ts';

/**
 * Which metrics, labels and values have been there lately, and what is known of each metric. Lists are kept: a keystroke costs only the
 * ranking. One that is no longer fresh still answers while the next is asked for, so that nobody who types waits, unless it is old.
 */
export class KnownNames {
  readonly #queries: QueryService;
  readonly #clock: Clock;
  readonly #lists = new LRUCache<string, Kept<NameIndex>>({ max: NAME_LISTS_MAX });
  readonly #families = new LRUCache<string, Kept<ReadonlyMap<string, MetricMetadata>>>({ max: TENANTS_ASKED_MAX });

  constructor(queries: QueryService, clock: Clock) {
    this.#queries = queries;
    this.#clock = clock;
  }

  async complete(tenant: string, { kind, prefix, metric, label }: Completion): Promise<MetricRow[]> {
    if (kind === 'metric') return this.metrics(tenant, prefix);
    if (kind === 'label_value' && label === undefined) return [];
    const matchers = metric === undefined ? [] : [new Matcher(METRIC_NAME, '=', metric)];
    const names = await this.list(tenant, kind === 'label_value' ? (label ?? null) : null, matchers);
    return names.best(prefix, COMPLETIONS_MAX).map(bareRow);
  }

  async metrics(tenant: string, search: string): Promise<MetricRow[]> {
    const [names, families] = await Promise.all([this.list(tenant, METRIC_NAME), this.#known(tenant)]);
    return names.best(search, COMPLETIONS_MAX).map((name) => metricRow(name, families));
  }

  /** What is known of each of these metrics. */
  async about(tenant: string, metrics: readonly string[]): Promise<MetricRow[]> {
    const families = await this.#known(tenant);
    return metrics.map((name) => metricRow(name, families));
  }

  /** The values of `label`, or the names of labels without one; of series that match. */
  list(tenant: string, label: string | null, matchers: readonly Matcher[] = []): Promise<NameIndex> {
    const key = JSON.stringify([tenant, label, ...matchers.map(String)]);
    // Whoever waits for the first series shall see it.
    return this.#kept(
      this.#lists,
      key,
      NAMES_FRESH_MS,
      () => this.#ask(tenant, label, matchers),
      ({ names }) => names.length > 0,
    );
  }

  #known(tenant: string): Promise<ReadonlyMap<string, MetricMetadata>> {
    return this.#kept(this.#families, tenant, METADATA_FRESH_MS, async () => {
      const metadata = await this.#queries.queryable.metadata(tenant);
      return new Map(metadata.map((entry) => [entry.family, entry]));
    });
  }

  /** From the first answer on there is one: whoever asks while it is fresh, or not yet old, has it at once. */
  #kept<T extends {}>(
    cache: LRUCache<string, Kept<T>>,
    key: string,
    freshMs: Millis,
    ask: () => Promise<T>,
    isKept: (answer: T) => boolean = () => true,
  ): Promise<T> {
    const nowMs = this.#clock.now();
    const known = cache.get(key);
    if (known !== undefined && nowMs < known.freshToMs) return known.answer;
    const answer = ask();
    const isUsable = known !== undefined && nowMs <= known.usableToMs;
    const next: Kept<T> = { answer, freshToMs: Number.POSITIVE_INFINITY, usableToMs: Number.POSITIVE_INFINITY };
    if (isUsable)
      known.freshToMs = Number.POSITIVE_INFINITY; // Until the next takes its place.
    else cache.set(key, next);
    answer.then(
      (value) => {
        next.freshToMs = nowMs + Math.max(freshMs, NAMES_FRESH_TIMES * (this.#clock.now() - nowMs));
        next.usableToMs = next.freshToMs + NAMES_STALE_MS;
        if (isKept(value)) cache.set(key, next);
        else cache.delete(key);
      },
      () => cache.delete(key),
    );
    return isUsable ? known.answer : answer;
  }

  async #ask(tenant: string, label: string | null, matchers: readonly Matcher[]): Promise<NameIndex> {
    const { queryable } = this.#queries;
    const toMs = this.#clock.now();
    const range = { fromMs: toMs - COMPLETION_WINDOW_MS, toMs };
    const result = await this.#queries.run('completion', tenant, {}, (budget) =>
      label === null
        ? queryable.labelNames(tenant, matchers, range, budget)
        : queryable.labelValues(tenant, label, matchers, range, budget),
    );
    // Completion is a help, not an answer: without names there is nothing to complete.
    return new NameIndex(result.kind === 'done' ? result.value : []);
  }
}

interface Kept<T> {
  readonly answer: Promise<T>;
  /** Until then nobody asks for the next. */
  freshToMs: Millis;
  /** Until then it answers while the next is asked for. */
  usableToMs: Millis;
}

/** What series' names add to their family's, and for which types they do. */
const SUFFIXES: readonly (readonly [suffix: string, types: readonly MetricType[]])[] = [
  ['_total', ['counter']],
  ['_created', ['counter', 'histogram', 'summary']],
  ['_bucket', ['histogram', 'gaugehistogram']],
  ['_count', ['histogram', 'summary']],
  ['_sum', ['histogram', 'summary']],
  ['_info', ['info']],
];

function metricRow(name: string, families: ReadonlyMap<string, MetricMetadata>): MetricRow {
  const known = families.get(name) ?? familyOf(name, families);
  return known === undefined ? bareRow(name) : { name, type: known.type, help: known.help, unit: known.unit };
}

function familyOf(name: string, families: ReadonlyMap<string, MetricMetadata>): MetricMetadata | undefined {
  const [suffix, types] = SUFFIXES.find(([ending]) => name.endsWith(ending)) ?? ['', []];
  const family = suffix === '' ? undefined : families.get(name.slice(0, -suffix.length));
  return family !== undefined && types.includes(family.type) ? family : undefined;
}

function bareRow(name: string): MetricRow {
  return { name, type: '', help: '', unit: '' };
}
