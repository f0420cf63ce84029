import { formatDuration } from '@tidemark/base';
import { type Routes, sendJson } from '@tidemark/base/http';
import { Matcher, type MetricMetadata, matchesAll } from '@tidemark/tsdb/model';
import { z } from 'zod';
import type { ScrapeLoop } from './loop.ts';
import type { Scraper } from './scraper.ts';

/** One target as Prometheus' `/api/v1/targets` shows it; `lastSamples` is ours. */
export interface ActiveTargetView {
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly globalUrl: string;
  readonly lastError: string;
  readonly lastScrape: string;
  readonly lastScrapeDuration: number;
  readonly health: 'up' | 'down' | 'unknown';
  readonly scrapeInterval: string;
  readonly scrapeTimeout: string;
  readonly lastSamples: number;
}

export interface DroppedTargetView {
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly scrapePool: string;
}

export interface TargetsView {
  readonly activeTargets: readonly ActiveTargetView[];
  readonly droppedTargets: readonly DroppedTargetView[];
  readonly droppedTargetCounts: Readonly<Record<string, number>>;
}

/** `state` is active, dropped or any; `pool` limits the answer to one job. `others` are collected without a scrape. */
export function targetsView(
  scraper: Scraper,
  others: readonly ActiveTargetView[],
  wanted: { readonly state: string; readonly pool: string },
): TargetsView {
  const pools = scraper.pools.filter((pool) => wanted.pool === '' || pool.job.name === wanted.pool);
  const active = [
    ...others.filter((target) => wanted.pool === '' || target.scrapePool === wanted.pool),
    ...pools.flatMap((pool) => [...pool.loops].map(viewOf)),
  ];
  const dropped = pools.flatMap((pool) =>
    pool.dropped.discovered.map((labels) => ({ discoveredLabels: labels.toObject(), scrapePool: pool.job.name })),
  );
  return {
    activeTargets: wanted.state === 'dropped' ? [] : active,
    droppedTargets: wanted.state === 'active' ? [] : dropped,
    droppedTargetCounts: Object.fromEntries(pools.map((pool) => [pool.job.name, pool.dropped.count])),
  };
}

/** A target that is collected without a scrape. */
export interface OtherTarget {
  view(): ActiveTargetView;
  families(): Iterable<MetricMetadata>;
}

export function targetRoutes(scraper: Scraper, others: readonly OtherTarget[]): Routes {
  const success = (data: unknown) => ({ status: 'success', data });
  const extra = () => others.map((target) => target.view());
  return {
    'GET /api/v1/targets': (_request, response, { url }) => {
      const state = url.searchParams.get('state')?.toLowerCase() ?? 'any';
      const pool = url.searchParams.get('scrapePool') ?? '';
      sendJson(response, 200, success(targetsView(scraper, extra(), { state, pool })));
    },
    'GET /api/v1/targets/metadata': (_request, response, { url }) => {
      const wanted = MetadataQuestion.safeParse(Object.fromEntries(url.searchParams));
      if (!wanted.success) sendJson(response, 400, { status: 'error', errorType: 'bad_data', error: wanted.error.message });
      else sendJson(response, 200, success(targetMetadata(scraper, others, wanted.data)));
    },
    'GET /api/v1/scrape_pools': (_request, response) => {
      const names = new Set([...extra().map((target) => target.scrapePool), ...scraper.pools.map((pool) => pool.job.name)]);
      sendJson(response, 200, success({ scrapePools: [...names].sort() }));
    },
  };
}

/** What targets say of their metrics. `matchers` of a target's labels are a JSON list of `[name, operator, value]`. */
const MetadataQuestion = z.object({
  matchers: z
    .string()
    .default('[]')
    .transform((text, context) => {
      try {
        return Matchers.parse(JSON.parse(text)).map(([name, operator, value]) => new Matcher(name, operator, value));
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message });
        return z.NEVER;
      }
    }),
  metric: z.string().default(''),
  limit: z.coerce.number().int().default(-1),
});

const Matchers = z.array(z.tuple([z.string(), z.enum(['=', '!=', '=~', '!~']), z.string()]));

/** A limit is looked at before each target, as in Prometheus; below 0 there is none. */
function targetMetadata(scraper: Scraper, others: readonly OtherTarget[], wanted: z.infer<typeof MetadataQuestion>): object[] {
  const targets = [
    ...others.map((other) => ({ labels: other.view().labels, families: other.families() })),
    ...scraper.pools.flatMap((pool) => [...pool.loops].map(({ target, families }) => ({ labels: target.labels.toObject(), families }))),
  ];
  const found: object[] = [];
  for (const { labels: target, families } of targets) {
    if (wanted.limit >= 0 && found.length >= wanted.limit) break;
    if (!matchesAll(wanted.matchers, (name) => target[name] ?? '')) continue;
    for (const { family, type, help, unit } of families) {
      if (wanted.metric === '') found.push({ target, metric: family, type, help, unit });
      else if (wanted.metric === family) found.push({ target, type, help, unit });
    }
  }
  return found;
}

/** `lastScrape` before there was one: how Go prints a time that is not set. */
export const NEVER = '0001-01-01T00:00:00Z';

function viewOf({ target, status }: ScrapeLoop): ActiveTargetView {
  return {
    discoveredLabels: target.discovered.toObject(),
    labels: target.labels.toObject(),
    scrapePool: target.job,
    scrapeUrl: target.url,
    globalUrl: target.url,
    lastError: status.lastError,
    lastScrape: status.lastScrapeMs === null ? NEVER : new Date(status.lastScrapeMs).toISOString(),
    lastScrapeDuration: status.lastDurationSeconds,
    health: status.health,
    scrapeInterval: formatDuration(target.intervalMs),
    scrapeTimeout: formatDuration(target.timeoutMs),
    lastSamples: status.lastSamples,
  };
}
