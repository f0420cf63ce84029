import type { Clock } from '@tidemark/base';
import type { Completion, MetricRow } from '@tidemark/rpc';
import { Matcher, METRIC_NAME, type MetricMetadata } from '@tidemark/tsdb/model';
import { LRUCache } from 'lru-cache';
import { COMPLETION_WINDOW_MS, COMPLETIONS_MAX, NAME_LISTS_MAX, NAMES_FRESH_MS } from '../limits.ts';
import type { QueryService } from '../query/query-service.ts';
import { NameIndex } from './name-index.ts';

/**
 * Names for the editor and the metric list, with what is known of each metric. Lists are kept for a few seconds, so that
 * a keystroke costs only the ranking.
 */
export class MetricNames {
  readonly #queries: QueryService;
  readonly #clock: Clock;
  readonly #lists: LRUCache<string, Promise<NameIndex>>;

  constructor(queries: QueryService, clock: Clock) {
    this.#queries = queries;
    this.#clock = clock;
    this.#lists = new LRUCache({ max: NAME_LISTS_MAX, ttl: NAMES_FRESH_MS, perf: clock });
  }

  async complete(tenant: string, request: Completion): Promise<MetricRow[]> {
    const { kind, prefix, metric, label } = request;
    if (kind === 'metric') return this.metrics(tenant, prefix);
    if (kind === 'label_value' && label === undefined) return [];
    const name = kind === 'label_value' ? label : undefined;
    return (await this.#names(tenant, name, metric)).best(prefix, COMPLETIONS_MAX).map(bareRow);
  }

  async metrics(tenant: string, search: string): Promise<MetricRow[]> {
    const [names, metadata] = await Promise.all([this.#names(tenant, METRIC_NAME, undefined), this.#queries.queryable.metadata(tenant)]);
    const families = new Map(metadata.map((entry) => [entry.family, entry]));
    return names.best(search, COMPLETIONS_MAX).map((name) => metricRow(name, families));
  }

  /** The values of `label`, or the names of labels without one; of one metric's series where one is given. */
  #names(tenant: string, label: string | undefined, metric: string | undefined): Promise<NameIndex> {
    const key = JSON.stringify([tenant, label, metric]);
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const asked = this.#ask(tenant, label, metric);
    this.#lists.set(key, asked);
    asked.catch(() => this.#lists.delete(key));
    return asked;
  }

  async #ask(tenant: string, label: string | undefined, metric: string | undefined): Promise<NameIndex> {
    const { queryable } = this.#queries;
    const toMs = this.#clock.now();
    const range = { fromMs: toMs - COMPLETION_WINDOW_MS, toMs };
    const matchers = metric === undefined ? [] : [new Matcher(METRIC_NAME, '=', metric)];
    const result = await this.#queries.run('completion', tenant, {}, (budget) =>
      label === undefined
        ? queryable.labelNames(tenant, matchers, range, budget)
        : queryable.labelValues(tenant, label, matchers, range, budget),
    );
    // Completion is a help, not an answer: without names there is nothing to complete.
    return new NameIndex(result.kind === 'done' ? result.value : []);
  }
}

/** What series' names add to their family's. */
const SUFFIXES = ['_total', '_bucket', '_count', '_sum', '_created', '_info'];

function metricRow(name: string, families: ReadonlyMap<string, MetricMetadata>): MetricRow {
  const suffix = SUFFIXES.find((ending) => name.endsWith(ending)) ?? '';
  const known = families.get(name) ?? families.get(name.slice(0, name.length - suffix.length));
  return known === undefined ? bareRow(name) : { name, type: known.type, help: known.help, unit: known.unit };
}

function bareRow(name: string): MetricRow {
  return { name, type: '', help: '', unit: '' };
}
