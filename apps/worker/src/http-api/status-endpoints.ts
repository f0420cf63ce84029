import type { QueryFeatures } from '@tidemark/promql';
import { AGGREGATORS, BINARY_OPERATORS, format, SIGNATURES } from '@tidemark/promql/syntax';
import type { Queryable } from '@tidemark/tsdb';
import { compareNames, type MetricMetadata } from '@tidemark/tsdb/model';
import type { GroupClient } from '../partitions/group-client.ts';
import type { QueryService } from '../query/query-service.ts';
import { ApiError } from './api-error.ts';
import { type Asked, answer, type Endpoint } from './endpoint.ts';
import { apiError } from './query-endpoints.ts';
import { treeJson } from './tree-json.ts';

/** The Prometheus whose API this is. Grafana decides by it what it may ask. */
const PROMETHEUS_VERSION = '3.0.0';

export function buildInfoEndpoint(version: string): Endpoint {
  return () =>
    answer({
      version: PROMETHEUS_VERSION,
      revision: '',
      branch: '',
      buildUser: '',
      buildDate: '',
      goVersion: '',
      application: 'Tidemark',
      applicationVersion: version,
    });
}

export interface RuntimeInfo {
  readonly startedAtMs: number;
  readonly now: () => number;
  readonly damaged: () => Promise<number>;
  readonly groups: readonly GroupClient[];
  /** Why the worker is not ready; null once it is. */
  readonly notReady: () => string | null;
  /** By name, as on the command line. */
  readonly flags: Readonly<Record<string, string>>;
  readonly features: QueryFeatures;
}

export function runtimeInfoEndpoint({ startedAtMs, now, damaged }: RuntimeInfo): Endpoint {
  return async () =>
    answer({
      startTime: new Date(startedAtMs).toISOString(),
      CWD: process.cwd(),
      serverTime: new Date(now()).toISOString(),
      reloadConfigSuccess: true,
      lastConfigTime: new Date(startedAtMs).toISOString(),
      corruptionCount: await damaged(),
    });
}

/** `/api/v1/metadata`: what metrics are, by family. */
export function metadataEndpoint(queryable: Queryable): Endpoint {
  return async ({ tenant, parameters }) => {
    const limit = countOf(parameters, 'limit');
    const limitPerMetric = countOf(parameters, 'limit_per_metric');
    const metric = parameters.text('metric');
    const byFamily = new Map<string, Pick<MetricMetadata, 'type' | 'unit' | 'help'>[]>();
    const all = [...(await queryable.metadata(tenant))].sort((a, b) => compareNames(a.family, b.family));
    for (const { family, type, help, unit } of all) {
      if (metric !== '' && metric !== family) continue;
      const entries = byFamily.get(family);
      if (entries === undefined) {
        if (byFamily.size < limit) byFamily.set(family, [{ type, help, unit }]);
      } else if (entries.length < limitPerMetric) {
        entries.push({ type, help, unit });
      }
    }
    return answer(Object.fromEntries(byFamily));
  };
}

/** `/api/v1/alertmanagers`: notifications are Tidemark's own. */
export const alertmanagersEndpoint: Endpoint = () => answer({ activeAlertmanagers: [], droppedAlertmanagers: [] });

/** `/api/v1/status/flags`: what the worker was started with. */
export function flagsEndpoint(flags: Readonly<Record<string, string>>): Endpoint {
  return () => answer(flags);
}

/** `/api/v1/features`: what of Prometheus' features is there, by kind. */
export function featuresEndpoint({ delayedNameRemoval = false, typeAndUnitLabels = false }: QueryFeatures): Endpoint {
  const yes = (names: Iterable<string>) => Object.fromEntries([...names].sort(compareNames).map((name) => [name, true]));
  return () =>
    answer({
      api: yes([
        'admin',
        'exclude_alerts',
        'federate',
        'label_values_match',
        'query_stats',
        'query_warnings',
        'time_range_labels',
        'time_range_series',
      ]),
      promql: {
        ...yes(['anchored', 'at_modifier', 'bool', 'by', 'duration_expr', 'fill', 'fill_left', 'fill_right', 'group_left', 'group_right']),
        ...yes(['ignoring', 'negative_offset', 'offset', 'on', 'smoothed', 'subqueries', 'without']),
        delayed_name_removal: delayedNameRemoval,
        per_step_stats: true,
        type_and_unit_labels: typeAndUnitLabels,
      },
      promql_functions: yes(SIGNATURES.keys()),
      promql_operators: yes([...AGGREGATORS, ...BINARY_OPERATORS]),
    });
}

/** `/api/v1/format_query`: the expression, laid out. */
export function formatQueryEndpoint(queries: QueryService): Endpoint {
  return ({ parameters }) => {
    const text = parameters.text('query');
    const parsed = queries.parse(text);
    if (parsed.kind === 'problem') throw apiError(parsed.problem, 'query', text);
    return answer(format(parsed.expr));
  };
}

/** `/api/v1/parse_query`: the expression's tree. */
export function parseQueryEndpoint(queries: QueryService): Endpoint {
  return ({ parameters }) => {
    const text = parameters.text('query');
    const parsed = queries.parse(text);
    if (parsed.kind === 'problem') throw apiError(parsed.problem, 'query', text);
    return answer(treeJson(parsed.expr));
  };
}

/** Absent or negative: no limit. In Prometheus' words when it is no number. */
function countOf(parameters: Asked['parameters'], name: string): number {
  const text = parameters.text(name);
  if (text === '') return Number.POSITIVE_INFINITY;
  if (!/^[+-]?\d{1,18}$/.test(text)) throw new ApiError('bad_data', `${name} must be a number`);
  const count = Number(text);
  // Prometheus takes a limit of 0 as given and a limit per metric of 0 as none.
  if (count < 0 || (count === 0 && name === 'limit_per_metric')) return Number.POSITIVE_INFINITY;
  return count;
}
