import { explained, Trace } from '@tidemark/promql';
import type {
  Completion,
  ExplainResult,
  InstantQuery,
  InstantResult,
  LiveQuery,
  LiveTick,
  MetricRow,
  QueryCost,
  QueryPort,
  QueryProblem,
  RangeQuery,
  RangeResult,
} from '@tidemark/rpc';
import { INSTANT_ROWS_MAX, RANGE_POINTS_MAX } from '../limits.ts';
import type { KnownNames } from '../names/known-names.ts';
import type { QueryAnswer, QueryService } from '../query/query-service.ts';
import { wishOf } from '../query/resolution.ts';
import { bucketSpread } from './bucket-spread.ts';
import { encodeMatrix, instantRows } from './encode-matrix.ts';
import type { LiveQueries } from './live-queries.ts';

/** The web's queries. */
export class WebQueries implements QueryPort {
  readonly #queries: QueryService;
  readonly #names: KnownNames;
  readonly #live: LiveQueries;

  constructor(queries: QueryService, names: KnownNames, live: LiveQueries) {
    this.#queries = queries;
    this.#names = names;
    this.#live = live;
  }

  range(tenant: string, query: RangeQuery, signal?: AbortSignal): Promise<RangeResult> {
    return rangeResult(this.#queries, tenant, query, signal);
  }

  async instant(tenant: string, { expr, atMs, resolution }: InstantQuery, signal?: AbortSignal): Promise<InstantResult> {
    const answer = await this.#queries.query(tenant, expr, { kind: 'instant', atMs, resolution: wishOf(resolution) }, { signal });
    if (answer.kind === 'problem') return answer;
    const { rows, total } = instantRows(answer.value, INSTANT_ROWS_MAX);
    const cut = total > rows.length ? [`showing ${rows.length} of ${total} rows`] : [];
    return { kind: answer.value.kind, rows, notes: [...notesOf(answer), ...cut], cost: answer.cost, stretches: answer.stretches };
  }

  async explain(tenant: string, query: RangeQuery, signal?: AbortSignal): Promise<ExplainResult> {
    const { expr, startMs, endMs, stepMs, resolution } = query;
    const refused = refusedRange(query);
    if (refused !== null) return refused;
    const parsed = this.#queries.parse(expr);
    if (parsed.kind === 'problem') return parsed;
    const asked = { resolution: wishOf(resolution) };
    const when =
      startMs === endMs
        ? ({ kind: 'instant', atMs: endMs, ...asked } as const)
        : ({ kind: 'range', startMs, endMs, stepMs, ...asked } as const);
    const trace = new Trace();
    const answer = await this.#queries.query(tenant, expr, when, { signal, trace });
    if (answer.kind === 'problem') return answer;
    const { cost, stretches } = answer;
    return { kind: 'explained', root: explained(parsed.expr, trace), notes: notesOf(answer), cost, stretches };
  }

  complete(tenant: string, request: Completion): Promise<readonly MetricRow[]> {
    return this.#names.complete(tenant, request);
  }

  metrics(tenant: string, search: string): Promise<readonly MetricRow[]> {
    return this.#names.metrics(tenant, search);
  }

  live(tenant: string, queries: readonly LiveQuery[], signal: AbortSignal): AsyncIterable<LiveTick> {
    return this.#live.watch(tenant, queries, signal);
  }
}

/** A range query as columns; also what the live stream evaluates. */
export async function rangeResult(
  queries: QueryService,
  tenant: string,
  { expr, startMs, endMs, stepMs, resolution, spread = false }: RangeQuery,
  signal?: AbortSignal,
): Promise<RangeResult> {
  const refused = refusedRange({ startMs, endMs, stepMs });
  if (refused !== null) return refused;
  const when = { kind: 'range', startMs, endMs, stepMs, resolution: wishOf(resolution) } as const;
  const answer = await queries.query(tenant, expr, when, { signal });
  if (answer.kind === 'problem') return answer;
  const { value, stretches } = answer;
  let { cost } = answer;
  const parsed = queries.parse(expr);
  const between =
    spread && parsed.kind === 'parsed'
      ? await bucketSpread(parsed.expr, stepMs, async (text) => {
          const part = await queries.query(tenant, text, when, { signal });
          if (part.kind === 'answer') cost = costOfBoth(cost, part.cost);
          return part;
        })
      : null;
  const matrix = await encodeMatrix(value, { startMs, endMs, stepMs }, between);
  return { kind: 'matrix', matrix, notes: notesOf(answer), cost, stretches };
}

function refusedRange({ startMs, endMs, stepMs }: Pick<RangeQuery, 'startMs' | 'endMs' | 'stepMs'>): Refusal | null {
  if (endMs < startMs) return problem('bad_expression', 'the range ends before it begins');
  if ((endMs - startMs) / stepMs <= RANGE_POINTS_MAX) return null;
  return problem('too_large', `more than ${RANGE_POINTS_MAX} points for each series: choose a longer step or a shorter range`);
}

interface Refusal {
  readonly kind: 'problem';
  readonly problem: QueryProblem;
}

function costOfBoth(a: QueryCost, b: QueryCost): QueryCost {
  return { elapsedMs: a.elapsedMs + b.elapsedMs, series: a.series + b.series, samples: a.samples + b.samples };
}

function notesOf({ annotations }: QueryAnswer & { kind: 'answer' }): string[] {
  return [...annotations.warnings, ...annotations.infos];
}

function problem(kind: QueryProblem['kind'], message: string): Refusal {
  return { kind: 'problem', problem: { kind, message } };
}
