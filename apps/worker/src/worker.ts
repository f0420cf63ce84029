import { type Clock, type Millis, prng } from '@tidemark/base';
import { HttpServer, sendText } from '@tidemark/base/http';
import type { DiskWatch, Logger, Service } from '@tidemark/base/service';
import type { QueryFeatures } from '@tidemark/promql';
import type { DashboardPort } from '@tidemark/rpc';
import { longestAgeMs } from '@tidemark/tsdb';
import type { Registry } from 'prom-client';
import type { Alerting } from './alerting.ts';
import type { TickSource } from './consume/ticks.ts';
import { Watermark } from './consume/watermark.ts';
import { WebEditor } from './editor/web-editor.ts';
import { httpApiRoutes } from './http-api/routes.ts';
import { QUERY_LIMITS } from './limits.ts';
import { Administration } from './maintain/administration.ts';
import { Maintainer } from './maintain/maintainer.ts';
import { KnownNames } from './names/known-names.ts';
import type { GroupClient } from './partitions/group-client.ts';
import { Partitions } from './partitions/partitions.ts';
import { Precedence } from './query/precedence.ts';
import { QueryService } from './query/query-service.ts';
import { type PlainRules, partitionRules } from './retention/retention-config.ts';
import { RetentionPlans } from './retention/retention-plans.ts';
import { LiveQueries } from './rpc/live-queries.ts';
import { rangeResult, WebQueries } from './rpc/query-port.ts';
import { rpcHandler } from './rpc/routes.ts';
import type { RuleSource } from './rules/evaluator.ts';
import { IngestClient } from './status/ingest-client.ts';
import { WorkerMetrics } from './status/metrics.ts';
import { observeWorker } from './status/observe-worker.ts';
import { WorkerStatus } from './status/status-port.ts';
import type { StorageProbe } from './status/storage-probe.ts';

/** A worker out of its parts: groups of partitions, wherever they run, and everything that is asked of them. */
export interface WorkerParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
  readonly host: string;
  readonly port: number;
  readonly ingestUrl: string;
  /** All partitions of the log, each in one of them. */
  readonly groups: readonly GroupClient[];
  /** Of the log. */
  readonly grownAtMs: Millis | null;
  /** What the process was started with, by name. */
  readonly flags?: Readonly<Record<string, string>>;
  /** Of PromQL, off by default. */
  readonly features?: QueryFeatures;
  /** Holds the engines' folders. */
  readonly dataDir: string;
  readonly retention: PlainRules;
  /** Of the engines' folders. */
  readonly disk: DiskWatch;
  readonly dashboards: DashboardPort;
  readonly storage: StorageProbe;
  readonly alerting: (stream: AlertStream) => Alerting;
}

/** What rules are evaluated on. */
export interface AlertStream {
  readonly source: RuleSource;
  readonly ticks: TickSource;
  readonly precedence: Precedence;
  readonly registry: Registry;
}

export interface Worker {
  /** In the order in which they start; drained from the end. */
  readonly services: readonly Service[];
  readonly http: HttpServer;
}

export function createWorker(parts: WorkerParts): Worker {
  const { clock, logger, version, groups, disk } = parts;
  const startedAtMs = clock.now();
  const metrics = new WorkerMetrics();
  const watermark = new Watermark(
    clock,
    groups.flatMap((group) => group.partitions),
  );
  for (const group of groups) group.onProgress(() => watermark.advance());
  const partitions = new Partitions(groups, parts.grownAtMs, clock);
  const { queryable, leaves, leavesAhead } = partitions;
  const precedence = new Precedence(clock);
  const asked = { clock, limits: QUERY_LIMITS, duration: metrics.queryDuration, features: parts.features };
  const queries = new QueryService({ ...asked, source: { queryable, leaves }, pause: () => precedence.giveWay() });
  // Live views have turns of their own: they stay current while somebody's long queries run.
  const liveQueries = new QueryService({ ...asked, source: { queryable, leaves: leavesAhead }, kind: 'live' });
  const alerting = parts.alerting({ source: { queryable, leaves: leavesAhead }, ticks: watermark, precedence, registry: metrics.registry });
  const names = new KnownNames(queries, clock);
  const ingest = new IngestClient(parts.ingestUrl);
  const live = new LiveQueries(watermark, (tenant, expr, grid) =>
    precedence.ahead(() => rangeResult(liveQueries, tenant, { expr, ...grid })),
  );
  observeWorker(metrics, { disk, watermark, queries, live, now: () => clock.now() });

  const below: Service[] = [disk, ...groups, new Maintainer(clock, groups, disk), watermark, ...alerting.services];
  const notReady = () => below.map((service) => service.notReady?.() ?? null).find((reason) => reason !== null) ?? null;
  const plans = new RetentionPlans(groups, clock);
  const status = new WorkerStatus({
    retention: plans,
    clock,
    version,
    startedAtMs,
    notReady,
    groups,
    disk,
    storage: parts.storage,
    ingest,
  });
  const onError = (error: unknown, request: { url?: string }) =>
    logger.error({ err: error, path: request.url }, 'a request failed unexpectedly');
  const http = new HttpServer({
    name: 'http',
    host: parts.host,
    port: parts.port,
    notReady,
    onError,
    routes: {
      ...httpApiRoutes({
        queries,
        administration: new Administration({ groups, dataDir: parts.dataDir, clock, random: prng(clock.now()) }),
        ingest,
        intake: { clock, groups, takenMs: (tenant) => longestAgeMs(partitionRules(parts.retention, 1), tenant) },
        retention: plans,
        version,
        runtime: {
          startedAtMs,
          now: () => clock.now(),
          groups,
          notReady,
          flags: parts.flags ?? {},
          features: parts.features ?? {},
          damaged: async () => {
            const reports = await Promise.all(groups.map((group) => group.report()));
            return reports.flatMap((report) => report.partitions).reduce((sum, { status }) => sum + status.damaged, 0);
          },
        },
        rules: (tenant) => alerting.prometheusRules(tenant),
        alerts: (tenant) => alerting.prometheusAlerts(tenant),
        onError,
      }),
      '* /trpc/*': rpcHandler(
        {
          query: new WebQueries(queries, names, live),
          editor: new WebEditor(queries, names, clock),
          rules: alerting.rules,
          alerts: alerting.alerts,
          receivers: alerting.receivers,
          status,
          dashboards: parts.dashboards,
        },
        onError,
      ),
      'GET /metrics': async (_request, response) =>
        sendText(response, 200, await metrics.text(groups.map((group) => group.metrics())), metrics.registry.contentType),
    },
  });
  return { services: [...below, http, live], http };
}
