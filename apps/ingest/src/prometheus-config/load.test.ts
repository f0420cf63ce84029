import { formatDuration, parseDurationMs } from '@tidemark/base';
import { expect, test } from 'vitest';
import { loadPrometheusConfig } from './load.ts';
import { parseBytes } from './size.ts';

const load = (source: string) => loadPrometheusConfig(source, (path) => `/etc/prometheus/${path}`);

function loaded(source: string) {
  const result = load(source);
  if (result.kind !== 'loaded') throw new Error(JSON.stringify(result.problems));
  return result.config;
}

test('what is not said takes the defaults of Prometheus, or of global', () => {
  const { jobs, warnings } = loaded(`
global:
  scrape_interval: 5s
  sample_limit: 1000
scrape_configs:
  - job_name: node
    static_configs:
      - targets: ['a:9100', b:9100]
        labels: { env: prod }
  - job_name: slow
    scrape_interval: 1m30s
    sample_limit: 0
`);
  expect(warnings).toEqual([]);
  expect(jobs[0]).toMatchObject({
    name: 'node',
    intervalMs: 5000,
    timeoutMs: 5000,
    scheme: 'http',
    metricsPath: '/metrics',
    honorLabels: false,
    honorTimestamps: true,
    compress: true,
    http: { authorization: null, followRedirects: true },
    limits: { samples: 1000, targets: 0, bodyBytes: 0 },
    discovery: [{ kind: 'static', groups: [{ targets: ['a:9100', 'b:9100'], labels: { env: 'prod' } }] }],
  });
  expect(jobs[1]).toMatchObject({ intervalMs: 90_000, timeoutMs: 10_000, limits: { samples: 0 }, discovery: [] });
});

test('everything that is supported', () => {
  const { jobs, warnings } = loaded(`
scrape_configs:
  - job_name: all
    scrape_interval: 1s
    scrape_timeout: 500ms
    scheme: https
    metrics_path: /probe
    params: { module: [http_2xx, other] }
    honor_labels: yes
    honor_timestamps: false
    enable_compression: false
    follow_redirects: false
    body_size_limit: 10MB
    label_limit: 30
    label_name_length_limit: 200
    label_value_length_limit: 300
    target_limit: 7
    basic_auth: { username: me, password_file: secret.txt }
    tls_config: { insecure_skip_verify: true, ca_file: ca.pem }
    relabel_configs:
      - source_labels: [__address__]
        regex: 01
        action: drop
    metric_relabel_configs:
      - { action: labeldrop, regex: id }
    file_sd_configs:
      - files: [ 'targets/*.json' ]
        refresh_interval: 1m
    http_sd_configs:
      - url: http://127.0.0.1/sd
        authorization: { credentials: abc }
`);
  expect(warnings).toEqual([]);
  expect(jobs[0]).toMatchObject({
    intervalMs: 1000,
    timeoutMs: 500,
    scheme: 'https',
    params: { module: ['http_2xx', 'other'] },
    honorLabels: true,
    honorTimestamps: false,
    compress: false,
    limits: { bodyBytes: 10 * 1024 * 1024, labels: 30, labelNameLength: 200, labelValueLength: 300, targets: 7 },
    http: {
      authorization: { kind: 'basic', username: 'me', password: { kind: 'file', path: '/etc/prometheus/secret.txt' } },
      tls: { insecureSkipVerify: true, caFile: '/etc/prometheus/ca.pem' },
      followRedirects: false,
    },
    discovery: [
      { kind: 'file', patterns: ['/etc/prometheus/targets/*.json'] },
      {
        kind: 'http',
        url: 'http://127.0.0.1/sd',
        http: { authorization: { kind: 'credentials', type: 'Bearer', credentials: { kind: 'inline', value: 'abc' } } },
      },
    ],
  });
  expect(jobs[0].relabelRules[0]).toMatchObject({ action: 'drop', pattern: { source: '01' } });
});

test('native histograms are asked for by jobs, or by all', () => {
  const { jobs, warnings } = loaded(`global:
  scrape_native_histograms: true
scrape_configs:
  - job_name: native
    always_scrape_classic_histograms: true
  - job_name: plain
    scrape_native_histograms: false
  - job_name: chosen
    scrape_protocols: [PrometheusText0.0.4, PrometheusProto]
`);
  expect(warnings).toEqual([]);
  expect(jobs.map(({ histograms, protocols }) => [histograms.native, histograms.classicToo, protocols.slice(0, 2)])).toEqual([
    [true, true, ['PrometheusProto', 'OpenMetricsText1.0.0']],
    [false, false, ['OpenMetricsText1.0.0', 'OpenMetricsText0.0.1']],
    [true, false, ['PrometheusText0.0.4', 'PrometheusProto']],
  ]);
});

test('what is not supported is named with its place, and the rest works', () => {
  const { jobs, warnings } = loaded(`global:
  evaluation_interval: 15s
rule_files: [rules.yml]
alerting:
  alertmanagers: []
remote_write:
  - url: http://x/
scrape_configs:
  - job_name: k8s
    kubernetes_sd_configs:
      - role: pod
    metrics_pth: /typo
    relabel_configs:
      - { action: keep, source_labels: [a], regexp: b }
`);
  expect(jobs.map((job) => job.name)).toEqual(['k8s']);
  expect(warnings).toEqual([
    'global.evaluation_interval (line 2) is not supported and has no effect',
    'rule_files (line 3) is not supported and has no effect',
    'alerting (line 5) is not supported and has no effect',
    'remote_write (line 7) is not supported and has no effect',
    'scrape_configs[0].kubernetes_sd_configs (line 11) is not supported and has no effect',
    'scrape_configs[0].metrics_pth (line 12) is not supported and has no effect',
    'scrape_configs[0].relabel_configs[0].regexp (line 14) is not supported and has no effect',
  ]);
});

test.each<[what: string, yaml: string, line: number, path: string, message: RegExp]>([
  ['broken YAML', 'global:\n  a: [1\n', 3, '', /./],
  ['a key given twice', 'global: {}\nglobal: {}\n', 2, '', /unique/],
  ['a bad duration', 'global:\n  scrape_interval: 5 minutes\n', 2, 'global.scrape_interval', /no duration/],
  ['a bad number', 'global:\n  sample_limit: -1\n', 2, 'global.sample_limit', /whole number/],
  ['a bad size', 'scrape_configs:\n- job_name: a\n  body_size_limit: 10\n', 3, 'scrape_configs[0].body_size_limit', /no size/],
  ['no job name', 'scrape_configs:\n- scheme: http\n', 2, 'scrape_configs[0].job_name', /string/],
  ['a job name twice', 'scrape_configs:\n- job_name: a\n- job_name: a\n', 3, 'scrape_configs[1].job_name', /used twice/],
  ['a short interval', 'scrape_configs:\n- job_name: a\n  scrape_interval: 100ms\n', 3, 'scrape_configs[0].scrape_interval', /at least 1s/],
  [
    'a long timeout',
    'scrape_configs:\n- job_name: a\n  scrape_interval: 1s\n  scrape_timeout: 2s\n',
    4,
    'scrape_configs[0].scrape_timeout',
    /longer/,
  ],
  [
    'a bad expression',
    'scrape_configs:\n- job_name: a\n  relabel_configs:\n  - regex: (\n    target_label: x\n',
    4,
    'scrape_configs[0].relabel_configs[0]',
    /invalid regular/,
  ],
  ['a bad scheme', 'scrape_configs:\n- job_name: a\n  scheme: ftp\n', 3, 'scrape_configs[0].scheme', /http or https/],
  [
    'a bad pattern',
    'scrape_configs:\n- job_name: a\n  file_sd_configs:\n  - files: [a*/b.json]\n',
    4,
    'scrape_configs[0].file_sd_configs',
    /at most one/,
  ],
  [
    'a bad URL',
    'scrape_configs:\n- job_name: a\n  http_sd_configs:\n  - url: ftp://x\n',
    4,
    'scrape_configs[0].http_sd_configs[0].url',
    /http/,
  ],
  [
    'two ways in',
    'scrape_configs:\n- job_name: a\n  basic_auth: { username: u }\n  bearer_token: t\n',
    2,
    'scrape_configs[0].authorization',
    /only one/,
  ],
  ['a list that is none', 'scrape_configs: 5\n', 1, 'scrape_configs', /array/],
  ['not even a map', '- 1\n', 1, '', /object/],
])('%s is refused', (_what, yaml, line, path, message) => {
  const result = load(yaml);
  expect(result).toMatchObject({ kind: 'invalid', problems: [{ line, path, message: expect.stringMatching(message) }] });
});

test('an empty file, and keys with nothing behind them', () => {
  expect(loaded('').jobs).toEqual([]);
  expect(loaded('global:\nscrape_configs:\n- job_name: a\n  params: ~\n  static_configs:\n').jobs).toHaveLength(1);
});

test('an alias bomb is refused', () => {
  const levels = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(',')}]`);
  expect(load(`l0: &l0 [x]\n${levels.join('\n')}\n`).kind).toBe('invalid');
});

test.each<[string, number | null]>([
  ['1m30s', 90_000],
  ['500ms', 500],
  ['1w2d', 777_600_000],
  ['0', 0],
  ['', null],
  ['5', null],
  ['1s1m', null],
  ['1.5s', null],
  ['-1s', null],
])('duration %j', (text, ms) => {
  expect(parseDurationMs(text)).toBe(ms);
});

test('durations are printed shortest', () => {
  for (const text of ['1s', '1m30s', '1h', '1d12h', '2w', '15s', '1s500ms', '8d'])
    expect(formatDuration(parseDurationMs(text)!)).toBe(text);
  expect(formatDuration(0)).toBe('0s');
});

test('sizes', () => {
  expect(['0', '10B', '1KB', '1KiB', '1.5MB', '10', 'MB'].map(parseBytes)).toEqual([0, 10, 1024, 1024, 1572864, null, null]);
});
