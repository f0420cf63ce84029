import { type Clock, nearestNames } from '@tidemark/base';
import { type Facts, lint, type MetricFacts, metricsIn, mistakeOf } from '@tidemark/promql/lint';
import { type Expr, ParseError, parse } from '@tidemark/promql/syntax';
import type { CheckRequest, EditorPort, Finding, HoverDoc, HoverRequest, SuggestionList, SuggestRequest } from '@tidemark/rpc';
import { Matcher, METRIC_NAME, METRIC_TYPES } from '@tidemark/tsdb/model';
import { EDITOR_SELECTORS_MAX, NEAR_CANDIDATES_MAX, NEAR_NAMES_MAX } from '../limits.ts';
import type { KnownNames } from '../names/known-names.ts';
import type { NameIndex } from '../names/name-index.ts';
import type { QueryService } from '../query/query-service.ts';
import { hover } from './hover.ts';
import { MetricIntervals } from './metric-intervals.ts';
import { suggest } from './suggest.ts';

/** Help for whoever writes an expression, from the language and from what is there. */
export class WebEditor implements EditorPort {
  readonly #queries: QueryService;
  readonly #names: KnownNames;
  readonly #clock: Clock;
  readonly #intervals: MetricIntervals;

  constructor(queries: QueryService, names: KnownNames, clock: Clock) {
    this.#queries = queries;
    this.#names = names;
    this.#clock = clock;
    this.#intervals = new MetricIntervals(queries, names, clock);
  }

  suggest(tenant: string, request: SuggestRequest): Promise<SuggestionList> {
    return suggest(tenant, request, this.#names);
  }

  hover(tenant: string, request: HoverRequest, signal?: AbortSignal): Promise<HoverDoc | null> {
    const sources = { queries: this.#queries, names: this.#names, intervals: this.#intervals, now: () => this.#clock.now() };
    return hover(tenant, request, sources, signal);
  }

  async check(tenant: string, { expr: text, isRule = false }: CheckRequest): Promise<readonly Finding[]> {
    let expr: Expr;
    try {
      expr = parse(text);
    } catch (error) {
      if (error instanceof ParseError) return [mistakeOf(error, text)];
      throw error;
    }
    return lint(text, expr, await this.#factsOf(tenant, metricsIn(expr)), { isRule });
  }

  async #factsOf(tenant: string, metrics: ReadonlySet<string>): Promise<Facts> {
    const all = await this.#names.list(tenant, METRIC_NAME);
    // Where nothing is there yet, everything would be unknown.
    if (all.names.length === 0) return new Map();
    const some = [...metrics].slice(0, EDITOR_SELECTORS_MAX);
    const known = await Promise.all(some.map(async (name) => [name, await this.#aboutMetric(tenant, name, all)] as const));
    return new Map(known);
  }

  async #aboutMetric(tenant: string, name: string, all: NameIndex): Promise<MetricFacts> {
    if (!all.has(name)) return { exists: false, near: nearMetrics(name, all), type: 'unknown', labels: new Set(), intervalMs: null };
    const [[{ type }], labels, intervalMs] = await Promise.all([
      this.#names.about(tenant, [name]),
      this.#names.list(tenant, null, [new Matcher(METRIC_NAME, '=', name)]),
      this.#intervals.of(tenant, name),
    ]);
    const known = METRIC_TYPES.find((each) => each === type) ?? 'unknown';
    return { exists: true, near: [], type: known, labels: new Set(labels.names), intervalMs };
  }
}

/** Among the names that share a part with the one that is not there. */
function nearMetrics(name: string, all: NameIndex): readonly string[] {
  const parts = name
    .split(/[_:]/)
    .filter((part) => part.length >= 2)
    .sort((a, b) => b.length - a.length)
    .slice(0, 3);
  const candidates = new Set([name, ...parts].flatMap((part) => all.best(part, NEAR_CANDIDATES_MAX)));
  return nearestNames(name, [...candidates], NEAR_NAMES_MAX);
}
