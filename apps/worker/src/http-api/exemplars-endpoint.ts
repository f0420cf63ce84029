import { walk } from '@tidemark/promql/syntax';
import { compareLabels, type Exemplar, type Matcher } from '@tidemark/tsdb/model';
import type { QueryService } from '../query/query-service.ts';
import { ApiError } from './api-error.ts';
import type { Endpoint } from './endpoint.ts';
import { formatTime, formatValue } from './number-format.ts';
import { apiError } from './query-endpoints.ts';
import { inPieces, labelsJson, listJson } from './result-json.ts';
import { rangeOf } from './series-endpoints.ts';

/** `/api/v1/query_exemplars`: those of every series that the expression selects. */
export function exemplarsEndpoint(queries: QueryService): Endpoint {
  return async (asked) => {
    const range = rangeOf(asked);
    if (range.toMs < range.fromMs) throw new ApiError('bad_data', 'end timestamp must not be before start timestamp');
    const text = asked.parameters.text('query');
    const parsed = queries.parse(text);
    if (parsed.kind === 'problem') throw apiError(parsed.problem, null, text);
    const selectors: (readonly Matcher[])[] = [];
    walk(parsed.expr, (each) => {
      if (each.kind === 'vector') selectors.push(each.matchers);
    });
    const found = await queries.run('exemplars', asked.tenant, { signal: asked.signal }, async () => {
      return (await queries.queryable.exemplars?.(asked.tenant, selectors, range)) ?? [];
    });
    if (found.kind === 'problem') throw apiError(found.problem, 'query', text);
    return { data: inPieces(listJson(bySeries(found.value), seriesJson)) };
  };
}

/** Sorted by labels, each one's by time. */
function bySeries(exemplars: readonly Exemplar[]): Exemplar[][] {
  const series = [...Map.groupBy(exemplars, (each) => each.series.key).values()];
  for (const own of series) own.sort((a, b) => a.timeMs - b.timeMs);
  return series.sort(([a], [b]) => compareLabels(a.series, b.series));
}

function seriesJson(exemplars: readonly Exemplar[]): string {
  return `{"seriesLabels":${labelsJson(exemplars[0].series)},"exemplars":[${exemplars.map(exemplarJson).join(',')}]}`;
}

function exemplarJson({ labels, value, timeMs }: Exemplar): string {
  return `{"labels":${labelsJson(labels)},"value":"${formatValue(value)}","timestamp":${formatTime(timeMs)}}`;
}
