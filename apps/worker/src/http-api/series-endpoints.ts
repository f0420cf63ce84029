import { sortInSlices } from '@tidemark/base';
import { parseMetricSelector } from '@tidemark/promql/syntax';
import { describeMissing, joinMissing, type MissingStretch, type QueryBudget } from '@tidemark/tsdb';
import { compareLabels, compareNames, type Labels, type Matcher } from '@tidemark/tsdb/model';
import { problemOf } from '../query/language.ts';
import type { QueryService } from '../query/query-service.ts';
import { ApiError, badParameter } from './api-error.ts';
import type { Answer, Asked, Endpoint } from './endpoint.ts';
import { unescapeName } from './escaped-name.ts';
import { TIME_MAX_MS, TIME_MIN_MS } from './parameters.ts';
import { apiError, TRUNCATED } from './query-endpoints.ts';
import { inPieces, labelsJson, listJson } from './result-json.ts';

/** `/api/v1/series`: the label sets that match any of the selectors. */
export function seriesEndpoint(queries: QueryService): Endpoint {
  return async (asked) => {
    const limit = asked.parameters.limit();
    const selectors = selectorsOf(asked, 'match[]');
    if (selectors.length === 0) throw new ApiError('bad_data', 'no match[] parameter provided');
    const range = rangeOf(asked);
    const found = await ask(queries, 'series', asked, async (budget) => {
      const byKey = new Map<string, Labels>();
      for (const matchers of selectors) {
        for (const labels of await queries.queryable.series(asked.tenant, matchers, range, budget)) {
          if (byKey.size % LISTED_PER_LOOK === 0) await budget.breathe();
          byKey.set(labels.key, labels);
        }
      }
      return sortInSlices([...byKey.values()], compareLabels, () => budget.breathe());
    });
    return limited(found, limit, labelsJson);
  };
}

/** `/api/v1/labels`: the names of labels. */
export function labelNamesEndpoint(queries: QueryService): Endpoint {
  return (asked) =>
    names(queries, 'labels', asked, (matchers, range, budget) => queries.queryable.labelNames(asked.tenant, matchers, range, budget));
}

/** `/api/v1/label/:name/values`: the values of one label. */
export function labelValuesEndpoint(queries: QueryService): Endpoint {
  return (asked) => {
    const name = unescapeName(asked.path.name);
    if (name === '' || !name.isWellFormed()) throw new ApiError('bad_data', `invalid label name: ${JSON.stringify(name)}`);
    return names(queries, 'label_values', asked, (matchers, range, budget) =>
      queries.queryable.labelValues(asked.tenant, name, matchers, range, budget),
    );
  };
}

/** A key is made of its labels, where nobody has asked for it before. */
const LISTED_PER_LOOK = 256;

type Range = ReturnType<typeof rangeOf>;

/** The union of what each selector gives, sorted; without selectors, of everything. */
async function names(
  queries: QueryService,
  kind: string,
  asked: Asked,
  list: (matchers: readonly Matcher[], range: Range, budget: QueryBudget) => Promise<string[]>,
): Promise<Answer> {
  const limit = asked.parameters.limit();
  const range = rangeOf(asked);
  const selectors = selectorsOf(asked);
  const found = await ask(queries, kind, asked, async (budget) => {
    const union = new Set<string>();
    for (const matchers of selectors.length === 0 ? [[]] : selectors) {
      for (const name of await list(matchers, range, budget)) union.add(name);
    }
    return sortInSlices([...union], compareNames, () => budget.breathe());
  });
  return limited(found, limit, (name) => JSON.stringify(name));
}

export function rangeOf({ parameters }: Asked) {
  return { fromMs: parameters.timeMs('start', TIME_MIN_MS), toMs: parameters.timeMs('end', TIME_MAX_MS) };
}

/** `parameter`: named in what is said of a bad one, where Prometheus does. */
export function selectorsOf({ parameters }: Pick<Asked, 'parameters'>, parameter: string | null = null): (readonly Matcher[])[] {
  return parameters.all('match[]').map((text) => {
    const matchers = selectorOf(parameter, text);
    if (matchers.some((matcher) => !matcher.matchesEmpty)) return matchers;
    const reason = 'match[] must contain at least one non-empty matcher';
    throw parameter === null ? new ApiError('bad_data', reason) : badParameter(parameter, reason);
  });
}

/** `text` is a series selector. */
export function selectorOf(parameter: string | null, text: string): readonly Matcher[] {
  try {
    return parseMetricSelector(text);
  } catch (error) {
    throw apiError(problemOf(error), parameter, text);
  }
}

interface Found<T> {
  readonly items: readonly T[];
  readonly missing: readonly MissingStretch[];
}

async function ask<T>(
  queries: QueryService,
  kind: string,
  asked: Asked,
  work: (budget: QueryBudget) => Promise<readonly T[]>,
): Promise<Found<T>> {
  const result = await queries.run(kind, asked.tenant, { signal: asked.signal }, async (budget) => ({
    items: await work(budget),
    missing: joinMissing(budget.missing),
  }));
  if (result.kind === 'problem') throw apiError(result.problem, 'match[]', '');
  return result.value;
}

function limited<T>({ items, missing }: Found<T>, limit: number, json: (item: T) => string): Answer {
  const shown = items.length > limit ? items.slice(0, limit) : items;
  const truncated = shown === items ? [] : [TRUNCATED];
  return { data: inPieces(listJson(shown, json)), warnings: [...describeMissing(missing), ...truncated], missing };
}
