import type { Millis } from '@tidemark/base';
import { isStaleAt, type SampleColumns } from '../model/sample.ts';
import { resolveMatchers } from '../postings/label-index.ts';
import type { BlockSource } from './block-source.ts';
import type { QueryBudget } from './budget.ts';
import type { HeadSource } from './head-source.ts';
import type { CountRequest, SeriesCounts } from './queryable.ts';

/**
 * Counts series by a label without looking at labels, and at samples only where nothing else says that the newest one is no stale marker.
 * Each series must be in this source alone. Null where what is deleted would have to be looked at.
 */
export async function countNewest(
  source: HeadSource | BlockSource,
  { matchers, range, label }: CountRequest,
  budget: QueryBudget,
): Promise<SeriesCounts | null> {
  const { index } = source;
  const breathe = () => budget.breathe();
  const ids = await resolveMatchers(index, matchers, breathe, (id) => source.labels(id));
  const end = ids.length === 0 ? 0 : ids[ids.length - 1] + 1;
  const values = [''];
  /** By id: position of its value. */
  const numberOf = new Uint32Array(end);
  if (label !== null) {
    for await (const batch of index.values(label)) {
      await breathe();
      for (const [at, value] of batch.values.entries()) {
        const number = values.push(value) - 1;
        for (const id of batch.ids(at)) if (id < end) numberOf[id] = number;
      }
    }
  }
  const counts = new Uint32Array(values.length);
  let newestMs: Millis | null = null;
  const count = (id: number, timeMs: Millis): void => {
    budget.chargeSeries(1);
    budget.chargeSamples(1);
    counts[numberOf[id]]++;
    if (newestMs === null || timeMs > newestMs) newestMs = timeMs;
  };
  if (!(await source.eachNewest(ids, range, breathe, count))) return null;
  return { counts: new Map(values.map((value, at) => [value, counts[at]] as const).filter(([, each]) => each > 0)), newestMs };
}

/** The time of the newest sample, unless there is none, or it says that the series has ended. */
export function liveTimeOf({ times, values }: SampleColumns): Millis | null {
  const last = times.length - 1;
  return last < 0 || isStaleAt(values, last) ? null : times[last];
}
