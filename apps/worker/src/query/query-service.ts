import type { Clock, Millis } from '@tidemark/base';
import type { Expr, QueryFeatures, QueryOutcome, SampleCounts, Trace } from '@tidemark/promql';
import type { QueryCost, QueryProblem } from '@tidemark/rpc';
import { type Queryable, QueryBudget, type QueryLimits } from '@tidemark/tsdb';
import { LRUCache } from 'lru-cache';
import type { Histogram } from 'prom-client';
import { PARSED_QUERIES_MAX, QUERIES_RUNNING_MAX, QUERIES_WAITING_MAX } from '../limits.ts';
import type { QuerySource } from '../partitions/partitions.ts';
import { Admission } from './admission.ts';
import { countedSamples, type Evaluation, evaluate, parseExpression, problemOf } from './language.ts';

/**
 * Every query that somebody waits for: parsed once, admitted in turn, run within its budget, and ended when its
 * client goes. Rules do not come this way: they must not wait behind a person's query.
 */
export interface QueryServiceOptions {
  readonly source: QuerySource;
  readonly clock: Clock;
  readonly limits: QueryLimits;
  /** Seconds by `kind` and `outcome`. */
  readonly duration: Histogram<'kind' | 'outcome'>;
  /** What its queries are counted as; without it as what they are, `instant` or `range`. */
  readonly kind?: string;
  /** What is off by default. */
  readonly features?: QueryFeatures;
  /** What its queries do between two slices; without it they let the event loop go round once. */
  readonly pause?: () => Promise<void>;
}

export interface QueryOptions {
  readonly signal?: AbortSignal;
  /** Less than the limit, if the client wants. */
  readonly timeoutMs?: number;
  /** Hears what each node costs. */
  readonly trace?: Trace;
  /** The samples that it looks at are counted, which costs about as much again. */
  readonly countsSamples?: boolean;
}

export type QueryAnswer =
  /** `waitedMs`: for its turn. */
  | ({ readonly kind: 'answer'; readonly cost: QueryCost; readonly waitedMs: Millis; readonly counts: SampleCounts | null } & QueryOutcome)
  | { readonly kind: 'problem'; readonly problem: QueryProblem };

export type Parsed = { readonly kind: 'parsed'; readonly expr: Expr } | { readonly kind: 'problem'; readonly problem: QueryProblem };

export type Work<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'problem'; readonly problem: QueryProblem };

export class QueryService {
  readonly #options: QueryServiceOptions;
  readonly #parsed = new LRUCache<string, Parsed>({ max: PARSED_QUERIES_MAX });
  /** By kind and outcome: looking labels up takes as long as parsing does. */
  readonly #durations = new Map<string, ReturnType<QueryServiceOptions['duration']['labels']>>();
  readonly admission = new Admission(QUERIES_RUNNING_MAX, QUERIES_WAITING_MAX);

  constructor(options: QueryServiceOptions) {
    this.#options = options;
  }

  get queryable(): Queryable {
    return this.#options.source.queryable;
  }

  parse(text: string): Parsed {
    const known = this.#parsed.get(text);
    if (known !== undefined) return known;
    const parsed = parseExpression(text);
    this.#parsed.set(text, parsed);
    return parsed;
  }

  /** At one instant, or over a range. */
  async query(tenant: string, text: string, when: Evaluation, options: QueryOptions = {}): Promise<QueryAnswer> {
    const parsed = this.parse(text);
    if (parsed.kind === 'problem') return parsed;
    const work = await this.run(this.#options.kind ?? when.kind, tenant, options, async (budget, waitedMs) => {
      const outcome = await evaluate(
        { expr: parsed.expr, text, tenant },
        when,
        this.#options.source,
        budget,
        this.#options.features,
        options.trace,
      );
      const cost = { elapsedMs: budget.elapsedMs, series: budget.series, samples: budget.samples };
      const counts = options.countsSamples ? await this.#count({ expr: parsed.expr, tenant }, when, budget, options) : null;
      return { kind: 'answer' as const, ...outcome, cost, waitedMs, counts };
    });
    return work.kind === 'done' ? work.value : work;
  }

  /** Within the query's time, but beside its samples. */
  #count(what: { readonly expr: Expr; readonly tenant: string }, when: Evaluation, budget: QueryBudget, options: QueryOptions) {
    const { clock, limits, pause, source } = this.#options;
    const deadlineMs = Math.max(0, deadlineOf(options, limits) - budget.elapsedMs);
    return countedSamples(what, when, source, new QueryBudget({ ...limits, deadlineMs }, clock, budget.signal, pause));
  }

  /** Any other question to the store, under the same turns and limits. */
  async run<T>(
    kind: string,
    tenant: string,
    options: QueryOptions,
    work: (budget: QueryBudget, waitedMs: Millis) => Promise<T>,
  ): Promise<Work<T>> {
    const { clock, limits } = this.#options;
    const startMs = clock.now();
    const result = await this.#runAdmitted(tenant, { ...limits, deadlineMs: deadlineOf(options, limits) }, options.signal, work);
    this.#observe(kind, result.kind === 'done' ? 'ok' : result.problem.kind, (clock.now() - startMs) / 1000);
    return result;
  }

  #observe(kind: string, outcome: string, seconds: number): void {
    const key = `${kind} ${outcome}`;
    const known = this.#durations.get(key) ?? this.#options.duration.labels(kind, outcome);
    this.#durations.set(key, known);
    known.observe(seconds);
  }

  async #runAdmitted<T>(
    tenant: string,
    limits: QueryLimits,
    signal: AbortSignal | undefined,
    work: (budget: QueryBudget, waitedMs: Millis) => Promise<T>,
  ): Promise<Work<T>> {
    const { clock, pause } = this.#options;
    const startMs = clock.now();
    // Fast path: there is room for most, who then need no timer.
    const admitted = this.admission.enterNow(signal) ?? (await this.#admit(tenant, limits.deadlineMs, signal));
    if (admitted.kind === 'problem') return admitted;
    const ended = new AbortController();
    const end = () => ended.abort();
    signal?.addEventListener('abort', end);
    try {
      const waitedMs = clock.now() - startMs;
      const deadlineMs = Math.max(0, limits.deadlineMs - waitedMs);
      const budget = new QueryBudget({ ...limits, deadlineMs }, clock, ended.signal, pause);
      return { kind: 'done', value: await work(budget, waitedMs) };
    } catch (error) {
      ended.abort(); // When one part has failed, those that still run elsewhere end.
      return { kind: 'problem', problem: problemOf(error) };
    } finally {
      signal?.removeEventListener('abort', end);
      admitted.release();
    }
  }

  async #admit(tenant: string, deadlineMs: number, signal: AbortSignal | undefined) {
    const over = new AbortController();
    const overdue = new AbortController();
    void this.#options.clock.sleep(deadlineMs, over.signal).then(() => overdue.abort());
    const admitted = await this.admission.enter(tenant, signal === undefined ? overdue.signal : AbortSignal.any([signal, overdue.signal]));
    over.abort();
    switch (admitted.kind) {
      case 'admitted':
        return admitted;
      case 'full':
        return refusal('unavailable', `${QUERIES_WAITING_MAX} queries are waiting already: try again later`);
      case 'canceled':
        return signal?.aborted
          ? refusal('canceled', 'query was canceled: its client has gone')
          : refusal('timeout', `query waited longer than ${deadlineMs / 1000} s for its turn`);
    }
  }
}

function refusal(kind: QueryProblem['kind'], message: string): { readonly kind: 'problem'; readonly problem: QueryProblem } {
  return { kind: 'problem', problem: { kind, message } };
}

function deadlineOf({ timeoutMs }: QueryOptions, limits: QueryLimits): number {
  return timeoutMs === undefined ? limits.deadlineMs : Math.min(timeoutMs, limits.deadlineMs);
}
