import { LOOKBACK_MS } from '@tidemark/promql';
import type { QueryBudget } from '@tidemark/tsdb';
import { type Labels, Matcher, METRIC_NAME } from '@tidemark/tsdb/model';
import type { GroupClient } from '../partitions/group-client.ts';
import type { QueryService } from '../query/query-service.ts';
import { ApiError } from './api-error.ts';
import { answer, type Endpoint } from './endpoint.ts';
import type { Parameters } from './parameters.ts';
import { apiError } from './query-endpoints.ts';

/** `/api/v1/status/tsdb`: how much is in memory, and which metrics and labels make most of the tenant's series of the last minutes. */
export function tsdbEndpoint(queries: QueryService, groups: readonly GroupClient[], now: () => number): Endpoint {
  return async ({ tenant, parameters, signal }) => {
    const limit = limitOf(parameters);
    const range = { fromMs: now() - LOOKBACK_MS, toMs: now() };
    const everything = [new Matcher(METRIC_NAME, '!=', '')];
    const counted = await queries.run('tsdb_status', tenant, { signal }, async (budget) => {
      const series = await queries.queryable.series(tenant, everything, range, budget);
      return countLabels(series, budget);
    });
    if (counted.kind === 'problem') throw apiError(counted.problem, 'limit', '');
    const { byMetric, byPair, values } = counted.value;
    const engines = (await Promise.all(groups.map((group) => group.report()))).flatMap(({ partitions }) =>
      partitions.map(({ stats }) => stats),
    );
    const bytesOf = (texts: ReadonlySet<string>) => [...texts].reduce((sum, { length }) => sum + length, 0);
    return answer({
      headStats: {
        numSeries: engines.reduce((sum, { headSeries }) => sum + headSeries, 0),
        numLabelPairs: byPair.size,
        chunkCount: engines.reduce((sum, { blocks }) => sum + blocks.length, 0),
        minTime: Math.min(...engines.map(({ headFromMs }) => headFromMs ?? Number.MAX_SAFE_INTEGER)),
        maxTime: Math.max(...engines.map(({ headToMs }) => headToMs ?? Number.MIN_SAFE_INTEGER)),
      },
      seriesCountByMetricName: most(byMetric, limit),
      labelValueCountByLabelName: most(new Map([...values].map(([name, all]) => [name, all.size])), limit),
      memoryInBytesByLabelName: most(new Map([...values].map(([name, all]) => [name, bytesOf(all)])), limit),
      seriesCountByLabelValuePair: most(byPair, limit),
    });
  };
}

/** As many rows as Prometheus gives, and as it gives at most. */
const ROWS = 10;
const ROWS_MAX = 10_000;

async function countLabels(series: readonly Labels[], budget: QueryBudget) {
  const byMetric = new Map<string, number>();
  const byPair = new Map<string, number>();
  const values = new Map<string, Set<string>>();
  for (const labels of series) {
    await budget.breathe();
    byMetric.set(labels.name, (byMetric.get(labels.name) ?? 0) + 1);
    for (const [name, value] of labels) {
      const pair = `${name}=${value}`;
      byPair.set(pair, (byPair.get(pair) ?? 0) + 1);
      const known = values.get(name);
      if (known === undefined) values.set(name, new Set([value]));
      else known.add(value);
    }
  }
  return { byMetric, byPair, values };
}

function limitOf(parameters: Parameters): number {
  const text = parameters.text('limit');
  if (text === '') return ROWS;
  const limit = /^[+-]?\d{1,18}$/.test(text) ? Number(text) : 0;
  if (limit < 1) throw new ApiError('bad_data', 'limit must be a positive number');
  if (limit > ROWS_MAX) throw new ApiError('bad_data', `limit must not exceed ${ROWS_MAX}`);
  return limit;
}

function most(counts: ReadonlyMap<string, number>, limit: number): { readonly name: string; readonly value: number }[] {
  const rows = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return rows.slice(0, limit).map(([name, value]) => ({ name, value }));
}

/** `/api/v1/status/walreplay`: how far the log has been read, in records of all partitions. */
export function walReplayEndpoint(groups: readonly GroupClient[], notReady: () => string | null): Endpoint {
  return async () => {
    const partitions = (await Promise.all(groups.map((group) => group.report()))).flatMap((report) => report.partitions);
    const sum = (of: (status: (typeof partitions)[number]['status']) => number) =>
      partitions.reduce((all, { status }) => all + of(status), 0);
    const state = notReady() === null ? 'done' : 'in progress';
    return answer({ min: sum(({ first }) => first), max: sum(({ end }) => end), current: sum(({ position }) => position), state });
  };
}
