import { sortInSlices } from '@tidemark/base';
import { compareNames, type Labels } from '../model/labels.ts';
import type { MetricMetadata } from '../model/metadata.ts';
import type { QueryBudget } from './budget.ts';
import { heldByAll } from './held-ranges.ts';
import { visitAll } from './merge-rolled.ts';
import { SeriesMerge } from './merge-series.ts';
import type { Queryable } from './queryable.ts';

/**
 * Several partitions as one. A series may lie in more than one of them after their number was changed:
 * its samples are merged, the earlier partition's counting where both have the same time.
 */
export function fanOut(parts: readonly Queryable[]): Queryable {
  if (parts.length === 1) return parts[0];
  const haveTiers = parts.every(({ tiers, visitRolled }) => tiers !== undefined && visitRolled !== undefined);
  return {
    ...(haveTiers && {
      tiers: async (tenant, range) => heldByAll(await Promise.all(parts.map((part) => part.tiers?.(tenant, range) ?? []))),
      visitRolled: (request, budget, visit) => visitAll(parts, request, budget, visit),
    }),
    async select({ reduction: _, ...request }, budget) {
      // A series may be in several partitions: what stands for many samples could not be merged.
      const merge = new SeriesMerge();
      for (const part of parts) {
        for (const [i, series] of (await part.select(request, budget)).entries()) {
          if (i % SERIES_PER_LOOK === 0) await budget.breathe();
          merge.add(series);
        }
      }
      return request.newestOnly ? merge.newest() : merge.all();
    },
    async series(tenant, matchers, range, budget) {
      const found = new Map<string, Labels>();
      for (const part of parts) {
        for (const [i, labels] of (await part.series(tenant, matchers, range, budget)).entries()) {
          if (i % SERIES_PER_LOOK === 0) await budget.breathe();
          found.set(labels.key, labels);
        }
      }
      return [...found.values()];
    },
    labelNames: (tenant, matchers, range, budget) => unite(parts, budget, (part) => part.labelNames(tenant, matchers, range, budget)),
    labelValues: (tenant, name, matchers, range, budget) =>
      unite(parts, budget, (part) => part.labelValues(tenant, name, matchers, range, budget)),
    async metadata(tenant) {
      const byFamily = new Map<string, MetricMetadata>();
      for (const part of parts)
        for (const entry of await part.metadata(tenant)) if (!byFamily.has(entry.family)) byFamily.set(entry.family, entry);
      return [...byFamily.values()];
    },
    async exemplars(tenant, selectors, range) {
      const found = await Promise.all(parts.map((part) => part.exemplars?.(tenant, selectors, range) ?? []));
      return found.flat();
    },
  };
}

/** Keys are made of labels, where nobody has asked for them before. */
const SERIES_PER_LOOK = 256;

async function unite(parts: readonly Queryable[], budget: QueryBudget, list: (part: Queryable) => Promise<string[]>): Promise<string[]> {
  const all = new Set<string>();
  for (const part of parts) for (const text of await list(part)) all.add(text);
  return sortInSlices([...all], compareNames, () => budget.breathe());
}
