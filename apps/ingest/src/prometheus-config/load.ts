import { type Document, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { NATIVE_PROTOCOLS, TEXT_PROTOCOLS } from '../exposition/format.ts';
import { type IngestFeatures, NO_FEATURES } from '../features.ts';
import type { DiscoverySettings, HttpSettings, ScrapeJob, Secret } from './job.ts';
import { type HttpClientConfig, type PrometheusFile, prometheusFile, type ScrapeConfig } from './schema.ts';
import { printPath, unsupportedKeys, type YamlPath } from './unsupported.ts';

/**
 * Reads a prometheus.yml. What it asks for beyond what is supported becomes a warning with its place;
 * what is wrong is a refusal with line and path. Nothing is opened or started here.
 */
export interface PrometheusConfig {
  readonly jobs: readonly ScrapeJob[];
  readonly warnings: readonly string[];
}

export interface ConfigProblem {
  /** Where in the file, as `scrape_configs[0].scrape_interval`; empty for a YAML error. */
  readonly path: string;
  /** 1 for the first. */
  readonly line: number;
  readonly message: string;
}

export type LoadResult =
  | { readonly kind: 'loaded'; readonly config: PrometheusConfig }
  | { readonly kind: 'invalid'; readonly problems: readonly ConfigProblem[] };

/** Prometheus' default where neither the job nor `global` says otherwise. */
const TIMEOUT_MS_DEFAULT = 10_000;
const INTERVAL_MS_MIN = 1000;

/** `resolvePath` makes a file's name, relative to the configuration, absolute. */
export function loadPrometheusConfig(
  source: string,
  resolvePath: (path: string) => string,
  features: IngestFeatures = NO_FEATURES,
): LoadResult {
  const lines = new LineCounter();
  const document = parseDocument(source, { schema: 'failsafe', merge: true, lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({ path: '', line: lines.linePos(error.pos[0]).line, message: error.message }));
    return { kind: 'invalid', problems };
  }
  const lineOf = (path: YamlPath) => lineAt(document, lines, path);
  let value: unknown;
  try {
    removeEmptyKeys(document);
    value = document.toJS() || {};
  } catch (error) {
    return { kind: 'invalid', problems: [{ path: '', line: 1, message: (error as Error).message }] };
  }
  const checked = prometheusFile.safeParse(value);
  const problems: ConfigProblem[] = [];
  const complain = (path: YamlPath, message: string) => problems.push({ path: printPath(path), line: lineOf(path), message });
  if (!checked.success) {
    for (const issue of checked.error.issues) complain(issue.path as YamlPath, issue.message);
    return { kind: 'invalid', problems };
  }
  const file = checked.data;
  const names = new Set<string>();
  const jobs = file.scrape_configs.map((config, i) => {
    if (names.has(config.job_name)) complain(['scrape_configs', i, 'job_name'], `job name "${config.job_name}" is used twice`);
    names.add(config.job_name);
    return jobOf({ file, features }, config, resolvePath, (key, message) => complain(['scrape_configs', i, key], message));
  });
  if (problems.length > 0) return { kind: 'invalid', problems };
  const warnings = unsupportedKeys(prometheusFile, value).map(
    (path) => `${printPath(path)} (line ${lineOf(path)}) is not supported and has no effect`,
  );
  return { kind: 'loaded', config: { jobs, warnings } };
}

type Complain = (key: string, message: string) => void;

interface Surroundings {
  readonly file: PrometheusFile;
  readonly features: IngestFeatures;
}

function jobOf(
  { file, features }: Surroundings,
  config: ScrapeConfig,
  resolvePath: (path: string) => string,
  complain: Complain,
): ScrapeJob {
  const { global } = file;
  const intervalMs = config.scrape_interval ?? global.scrape_interval;
  const timeoutMs = config.scrape_timeout ?? Math.min(global.scrape_timeout ?? TIMEOUT_MS_DEFAULT, intervalMs);
  const native = config.scrape_native_histograms ?? global.scrape_native_histograms ?? false;
  if (intervalMs < INTERVAL_MS_MIN) complain('scrape_interval', 'must be at least 1s');
  if (timeoutMs === 0) complain('scrape_timeout', 'must be above 0');
  if (timeoutMs > intervalMs) complain('scrape_timeout', 'must not be longer than scrape_interval');
  return {
    name: config.job_name,
    intervalMs,
    timeoutMs,
    scheme: config.scheme,
    metricsPath: config.metrics_path,
    params: config.params,
    honorLabels: config.honor_labels,
    honorTimestamps: config.honor_timestamps,
    trackTimestampsStaleness: config.track_timestamps_staleness,
    compress: config.enable_compression,
    extraMetrics: config.extra_scrape_metrics || global.extra_scrape_metrics,
    protocols: config.scrape_protocols ?? global.scrape_protocols ?? (native || features.startZeros ? NATIVE_PROTOCOLS : TEXT_PROTOCOLS),
    histograms: { native, classicToo: config.always_scrape_classic_histograms ?? global.always_scrape_classic_histograms ?? false },
    features,
    http: httpOf(config, resolvePath, complain),
    limits: {
      samples: config.sample_limit ?? global.sample_limit ?? 0,
      targets: config.target_limit ?? global.target_limit ?? 0,
      labels: config.label_limit ?? global.label_limit ?? 0,
      labelNameLength: config.label_name_length_limit ?? global.label_name_length_limit ?? 0,
      labelValueLength: config.label_value_length_limit ?? global.label_value_length_limit ?? 0,
      bodyBytes: config.body_size_limit ?? global.body_size_limit ?? 0,
    },
    relabelRules: config.relabel_configs,
    metricRelabelRules: config.metric_relabel_configs,
    discovery: discoveryOf(config, resolvePath, complain),
  };
}

function discoveryOf(config: ScrapeConfig, resolvePath: (path: string) => string, complain: Complain): DiscoverySettings[] {
  const found: DiscoverySettings[] = [];
  if (config.static_configs.length > 0) found.push({ kind: 'static', groups: config.static_configs });
  for (const { files } of config.file_sd_configs) {
    const bad = files.find((name) => !/^[^*]*(\*[^*/]*)?\.(json|yml|yaml|JSON|YML|YAML)$/.test(name));
    if (bad !== undefined) complain('file_sd_configs', `"${bad}" must end in .json, .yml or .yaml, with at most one * in its last part`);
    found.push({ kind: 'file', patterns: files.map(resolvePath) });
  }
  for (const sd of config.http_sd_configs) {
    if (sd.refresh_interval === 0) complain('http_sd_configs', 'refresh_interval must be above 0');
    found.push({ kind: 'http', url: sd.url, refreshMs: sd.refresh_interval, http: httpOf(sd, resolvePath, complain) });
  }
  return found;
}

function httpOf(config: HttpClientConfig, resolvePath: (path: string) => string, complain: Complain): HttpSettings {
  const { basic_auth, authorization, bearer_token, bearer_token_file, tls_config } = config;
  const secret = (key: string, value: string | undefined, path: string | undefined): Secret => {
    if (value !== undefined && path !== undefined) complain(key, 'gives both a secret and a file with it');
    return path === undefined ? { kind: 'inline', value: value ?? '' } : { kind: 'file', path: resolvePath(path) };
  };
  const ways: NonNullable<HttpSettings['authorization']>[] = [];
  if (basic_auth !== undefined) {
    ways.push({
      kind: 'basic',
      username: basic_auth.username,
      password: secret('basic_auth', basic_auth.password, basic_auth.password_file),
    });
  }
  if (authorization !== undefined) {
    if (authorization.type.toLowerCase() === 'basic') complain('authorization', 'type must not be Basic: use basic_auth');
    const credentials = secret('authorization', authorization.credentials, authorization.credentials_file);
    ways.push({ kind: 'credentials', type: authorization.type, credentials });
  }
  if (bearer_token !== undefined || bearer_token_file !== undefined) {
    ways.push({ kind: 'credentials', type: 'Bearer', credentials: secret('bearer_token', bearer_token, bearer_token_file) });
  }
  if (ways.length > 1) complain('authorization', 'only one of basic_auth, authorization and bearer_token may be given');
  const fileOrNull = (path: string | undefined) => (path === undefined ? null : resolvePath(path));
  return {
    authorization: ways[0] ?? null,
    tls: {
      insecureSkipVerify: tls_config?.insecure_skip_verify ?? false,
      caFile: fileOrNull(tls_config?.ca_file),
      certFile: fileOrNull(tls_config?.cert_file),
      keyFile: fileOrNull(tls_config?.key_file),
      serverName: tls_config?.server_name ?? null,
    },
    followRedirects: config.follow_redirects,
  };
}

/** Keys with nothing behind them (`labels:`, `labels: ~`) count as not given; a quoted '' stays. */
function removeEmptyKeys(document: Document): void {
  visit(document, {
    Pair: (_key, { value }) => {
      const empty = value === null || (isScalar(value) && value.type === 'PLAIN' && ['', '~', 'null'].includes(String(value.value)));
      return empty ? visit.REMOVE : undefined;
    },
  });
}

/** The line of the deepest part of `path` that the file has. */
function lineAt(document: Document, lines: LineCounter, path: YamlPath): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
