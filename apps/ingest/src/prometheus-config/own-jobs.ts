import { NO_SCRAPE_LIMITS, PLAIN_HTTP, type ScrapeJob, TEXT_ONLY } from './job.ts';

/** One of Tidemark's own services, as `--self job=host:port` names it. */
export interface OwnService {
  readonly job: string;
  readonly address: string;
}

/** Tidemark's own services, scraped each second like anything else. */
export function ownJobs(services: readonly OwnService[]): ScrapeJob[] {
  const addresses = Map.groupBy(services, (service) => service.job);
  return [...addresses].map(([name, members]) => ({
    name,
    intervalMs: 1000,
    timeoutMs: 1000,
    scheme: 'http',
    metricsPath: '/metrics',
    params: {},
    honorLabels: false,
    honorTimestamps: true,
    trackTimestampsStaleness: false,
    compress: true,
    extraMetrics: false,
    ...TEXT_ONLY,
    http: PLAIN_HTTP,
    limits: NO_SCRAPE_LIMITS,
    relabelRules: [],
    metricRelabelRules: [],
    discovery: [{ kind: 'static', groups: [{ targets: members.map((member) => member.address), labels: {} }] }],
  }));
}
