import type { IncomingMessage } from 'node:http';
import type { Routes } from '@tidemark/base/http';
import type { Administration } from '../maintain/administration.ts';
import type { QueryService } from '../query/query-service.ts';
import type { RetentionPlans } from '../retention/retention-plans.ts';
import type { RulesData } from '../rules/prometheus-json.ts';
import type { IngestClient } from '../status/ingest-client.ts';
import { cleanTombstonesEndpoint, deleteSeriesEndpoint, restoreEndpoint, snapshotEndpoint } from './admin-endpoints.ts';
import { answer, type Endpoint, endpoint, notAllowed, notFound, preflight } from './endpoint.ts';
import { exemplarsEndpoint } from './exemplars-endpoint.ts';
import { federateHandler } from './federate.ts';
import { configEndpoint, scrapePoolsEndpoint, targetMetadataEndpoint, targetsEndpoint } from './ingest-endpoints.ts';
import { type IntakeOptions, intakeEndpoint } from './intake-endpoint.ts';
import { instantEndpoint, rangeEndpoint } from './query-endpoints.ts';
import { remoteReadHandler } from './remote-read/remote-read.ts';
import { retentionEndpoint } from './retention-endpoint.ts';
import { rulesEndpoint } from './rules-endpoint.ts';
import { labelNamesEndpoint, labelValuesEndpoint, seriesEndpoint } from './series-endpoints.ts';
import {
  alertmanagersEndpoint,
  buildInfoEndpoint,
  featuresEndpoint,
  flagsEndpoint,
  formatQueryEndpoint,
  metadataEndpoint,
  parseQueryEndpoint,
  type RuntimeInfo,
  runtimeInfoEndpoint,
} from './status-endpoints.ts';
import { tsdbEndpoint, walReplayEndpoint } from './store-endpoints.ts';

/** Prometheus' HTTP API, as far as docs/http-api.md lists it. */
export interface HttpApiOptions {
  readonly queries: QueryService;
  readonly administration: Administration;
  readonly ingest: IngestClient;
  readonly intake: IntakeOptions;
  readonly retention: RetentionPlans;
  readonly version: string;
  readonly runtime: RuntimeInfo;
  /** The `data` of `/api/v1/rules` and `/api/v1/alerts`. */
  readonly rules: (tenant: string) => Promise<RulesData>;
  readonly alerts: (tenant: string) => Promise<object>;
  readonly onError: (error: unknown, request: IncomingMessage) => void;
}

export function httpApiRoutes({
  queries,
  administration,
  ingest,
  intake,
  retention,
  version,
  runtime,
  rules,
  alerts,
  onError,
}: HttpApiOptions): Routes {
  // What is there for other methods must not fall to the last route, which knows nothing: Grafana asks by GET again after 405.
  const get = (path: string, handle: Endpoint): Routes => ({
    [`GET /api/v1/${path}`]: endpoint(handle, onError),
    [`POST /api/v1/${path}`]: notAllowed('GET, OPTIONS'),
  });
  const getOrPost = (path: string, handle: Endpoint): Routes => ({
    ...get(path, handle),
    [`POST /api/v1/${path}`]: endpoint(handle, onError),
  });
  const postOrPut = (path: string, handle: Endpoint): Routes => ({
    [`POST /api/v1/${path}`]: endpoint(handle, onError),
    [`PUT /api/v1/${path}`]: endpoint(handle, onError),
    [`GET /api/v1/${path}`]: notAllowed('OPTIONS, POST, PUT'),
  });
  return {
    ...getOrPost('query', instantEndpoint(queries, runtime.now)),
    ...getOrPost('query_range', rangeEndpoint(queries)),
    ...getOrPost('query_exemplars', exemplarsEndpoint(queries)),
    ...getOrPost('format_query', formatQueryEndpoint(queries)),
    ...getOrPost('parse_query', parseQueryEndpoint(queries)),
    ...getOrPost('series', seriesEndpoint(queries)),
    ...getOrPost('labels', labelNamesEndpoint(queries)),
    ...get('label/:name/values', labelValuesEndpoint(queries)),
    ...get('metadata', metadataEndpoint(queries.queryable)),
    ...get('rules', rulesEndpoint(rules)),
    ...get('alerts', async ({ tenant }) => answer(await alerts(tenant))),
    ...get('targets', targetsEndpoint(ingest)),
    ...get('targets/metadata', targetMetadataEndpoint(ingest)),
    ...get('scrape_pools', scrapePoolsEndpoint(ingest)),
    ...get('alertmanagers', alertmanagersEndpoint),
    ...get('features', featuresEndpoint(runtime.features)),
    ...get('status/config', configEndpoint(ingest)),
    ...get('status/flags', flagsEndpoint(runtime.flags)),
    ...get('status/tsdb', tsdbEndpoint(queries, runtime.groups, runtime.now)),
    ...get('status/walreplay', walReplayEndpoint(runtime.groups, runtime.notReady)),
    ...get('status/buildinfo', buildInfoEndpoint(version)),
    ...get('status/runtimeinfo', runtimeInfoEndpoint(runtime)),
    ...get('status/intake', intakeEndpoint(intake)),
    ...getOrPost('status/retention', retentionEndpoint(retention)),
    ...postOrPut('admin/tsdb/delete_series', deleteSeriesEndpoint(administration)),
    ...postOrPut('admin/tsdb/clean_tombstones', cleanTombstonesEndpoint(administration)),
    ...postOrPut('admin/tsdb/snapshot', snapshotEndpoint(administration)),
    ...postOrPut('admin/tsdb/restore', restoreEndpoint(administration)),
    'POST /api/v1/read': remoteReadHandler(queries, onError),
    'GET /api/v1/read': notAllowed('OPTIONS, POST'),
    'GET /federate': federateHandler(queries, runtime.now, onError),
    'OPTIONS /api/v1/*': preflight,
    'GET /api/v1/*': notFound,
    'POST /api/v1/*': notFound,
  };
}
