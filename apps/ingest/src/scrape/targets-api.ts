import { formatDuration } from '@tidemark/base';
import { type Routes, sendJson } from '@tidemark/base/http';
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

/** `extra` gives the targets that are collected without a scrape. */
export function targetRoutes(scraper: Scraper, extra: () => readonly ActiveTargetView[]): Routes {
  const success = (data: unknown) => ({ status: 'success', data });
  return {
    'GET /api/v1/targets': (_request, response, { url }) => {
      const state = url.searchParams.get('state')?.toLowerCase() ?? 'any';
      const pool = url.searchParams.get('scrapePool') ?? '';
      sendJson(response, 200, success(targetsView(scraper, extra(), { state, pool })));
    },
    'GET /api/v1/scrape_pools': (_request, response) => {
      const names = new Set([...extra().map((target) => target.scrapePool), ...scraper.pools.map((pool) => pool.job.name)]);
      sendJson(response, 200, success({ scrapePools: [...names].sort() }));
    },
  };
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
