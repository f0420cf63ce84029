import type { Clock } from '@tidemark/base';
import type { Routes } from '@tidemark/base/http';
import type { Service } from '@tidemark/base/service';
import { DEFAULT_TENANT } from '@tidemark/tsdb/model';
import type { Registry } from 'prom-client';
import { type IngestFeatures, NO_FEATURES } from '../features.ts';
import { createHostCollector } from '../host/collector.ts';
import { ConfigFile, configRoutes } from '../prometheus-config/config-file.ts';
import { type OwnService, ownJobs } from '../prometheus-config/own-jobs.ts';
import type { Publisher } from '../publish/publisher.ts';
import { createScrapeMetrics } from './metrics.ts';
import { Scraper } from './scraper.ts';
import { targetRoutes } from './targets-api.ts';

/** Everything that ingest fetches by itself: the targets of a configuration, Tidemark's own services, this machine. */
export interface CollectOptions {
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly configFile: string | null;
  readonly self: readonly OwnService[];
  readonly hostCollector: boolean;
  /** Of what the configuration names, not of Tidemark's own. */
  readonly features?: IngestFeatures;
  readonly warn: (message: string) => void;
}

export interface Collecting {
  readonly services: readonly Service[];
  readonly routes: Routes;
}

/** The configuration given at start is wrong: words for whoever started the process. */
export class ConfigRefusedError extends Error {
  override readonly name = 'ConfigRefusedError';
}

/** Throws `ConfigRefusedError`. Nothing is fetched until the services run. */
export async function prepareCollecting({ publisher, clock, registry, warn, ...options }: CollectOptions): Promise<Collecting> {
  const scraper = new Scraper({ publisher, clock, tenant: DEFAULT_TENANT, metrics: createScrapeMetrics(registry), warn });
  const apply = (jobs: Parameters<Scraper['apply']>[0]) => scraper.apply(jobs);
  const config = new ConfigFile({
    path: options.configFile,
    features: options.features ?? NO_FEATURES,
    ownJobs: ownJobs(options.self),
    clock,
    apply,
    warn,
  });
  const first = await config.reload();
  if (first.kind === 'refused') throw new ConfigRefusedError(first.reason);
  const host = options.hostCollector ? createHostCollector({ publisher, clock }) : null;
  return {
    services: [scraper, config, ...(host === null ? [] : [host])],
    routes: { ...configRoutes(config), ...targetRoutes(scraper, host === null ? [] : [host]) },
  };
}
