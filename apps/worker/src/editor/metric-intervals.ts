import type { Clock, Millis } from '@tidemark/base';
import { Matcher, METRIC_NAME } from '@tidemark/tsdb/model';
import { LRUCache } from 'lru-cache';
import { INTERVAL_SAMPLES_MAX, INTERVALS_FRESH_MS, INTERVALS_KNOWN_MAX } from '../limits.ts';
import type { KnownNames } from '../names/known-names.ts';
import type { QueryService } from '../query/query-service.ts';

/**
 * How far apart a metric's samples lie, as its newest show: nobody has to say it. A few series stand for all, those of one instance, so that
 * a metric of a hundred thousand series costs no more than a small one.
 */
export class MetricIntervals {
  readonly #queries: QueryService;
  readonly #names: KnownNames;
  readonly #clock: Clock;
  readonly #known: LRUCache<string, Promise<Millis | null>>;

  constructor(queries: QueryService, names: KnownNames, clock: Clock) {
    this.#queries = queries;
    this.#names = names;
    this.#clock = clock;
    this.#known = new LRUCache({ max: INTERVALS_KNOWN_MAX, ttl: INTERVALS_FRESH_MS, perf: clock });
  }

  /** Null when it is not known. */
  of(tenant: string, metric: string): Promise<Millis | null> {
    const key = JSON.stringify([tenant, metric]);
    let known = this.#known.get(key);
    if (known === undefined) {
      known = this.#measure(tenant, metric);
      this.#known.set(key, known);
      known.catch(() => this.#known.delete(key));
    }
    return known;
  }

  async #measure(tenant: string, metric: string): Promise<Millis | null> {
    const matchers = [new Matcher(METRIC_NAME, '=', metric)];
    const [instance] = (await this.#names.list(tenant, 'instance', matchers)).best('', 1);
    if (instance !== undefined) matchers.push(new Matcher('instance', '=', instance));
    for (const backMs of WINDOWS_MS) {
      const intervalMs = await this.#within(tenant, matchers, backMs);
      if (intervalMs !== null) return intervalMs;
    }
    return null;
  }

  async #within(tenant: string, matchers: readonly Matcher[], backMs: Millis): Promise<Millis | null> {
    const toMs = this.#clock.now();
    const result = await this.#queries.run('completion', tenant, {}, async (budget) => {
      const part = budget.part({ samplesMax: INTERVAL_SAMPLES_MAX });
      return this.#queries.queryable.select({ tenant, matchers, range: { fromMs: toMs - backMs, toMs } }, part);
    });
    if (result.kind === 'problem') return null;
    const longest = result.value.reduce<Float64Array | null>(
      (most, { samples }) => (most === null || samples.times.length > most.length ? samples.times : most),
      null,
    );
    return longest === null || longest.length < 3 ? null : medianGap(longest);
  }
}

/** Scrapes come every few seconds or every few minutes. */
const WINDOWS_MS: readonly Millis[] = [60_000, 20 * 60_000];

function medianGap(times: Float64Array): Millis {
  const gaps = Float64Array.from({ length: times.length - 1 }, (_, i) => times[i + 1] - times[i]).sort();
  return gaps[gaps.length >> 1];
}
