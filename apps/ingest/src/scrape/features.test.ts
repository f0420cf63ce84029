import { Labels } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { type FeatureName, featuresOf } from '../features.ts';
import { NO_SCRAPE_LIMITS, PLAIN_HTTP, TEXT_ONLY } from '../prometheus-config/job.ts';
import { linesOf } from './recording.ts';
import { TargetSeries } from './target-series.ts';

const START_MS = 1_700_000_000_000;

function scraping(...names: FeatureName[]) {
  const series = new TargetSeries(Labels.from({ job: 'j' }), {
    ...{ name: 'j', intervalMs: 1000, timeoutMs: 1000, scheme: 'http', metricsPath: '/metrics', params: {} },
    ...{ honorLabels: false, honorTimestamps: true, trackTimestampsStaleness: false, compress: true, extraMetrics: false },
    ...TEXT_ONLY,
    features: featuresOf(names),
    ...{ http: PLAIN_HTTP, limits: NO_SCRAPE_LIMITS, relabelRules: [], metricRelabelRules: [], discovery: [] },
  });
  /** At a second. */
  return (second: number, body: string, { settle = true, format = 'openmetrics' as 'openmetrics' | 'text' } = {}) => {
    const end = format === 'openmetrics' ? '# EOF\n' : '';
    const round = series.take(Buffer.from(body + end), format, START_MS + second * 1000);
    expect(round.failure).toBe(null);
    if (settle) series.settle();
    const { timesMs } = round.samples.columns();
    const lines = linesOf({ tenant: 't', ...round.samples.columns(), metadata: [] });
    return {
      lines: lines.map((line, i) => `${(timesMs[i] - START_MS) / 1000}: ${line.replace('job="j"', '…').replace(/ @.*/, '')}`),
      scraped: round.scraped,
    };
  };
}

const counter = (value: number, created: number) =>
  `# TYPE a counter\na_total{x="1"} ${value}\na_created{x="1"} ${START_MS / 1000 + created}\n`;

test('a line that says when a counter was created is a zero, once', () => {
  const take = scraping('created-timestamp-zero-ingestion');
  expect(take(10, counter(5, 2.5), { settle: false })).toEqual({
    lines: ['2.5: a_total{…, x="1"} 0', '10: a_total{…, x="1"} 5'],
    scraped: 1,
  });
  // The log refused it.
  expect(take(11, counter(6, 2.5)).lines).toEqual(['2.5: a_total{…, x="1"} 0', '11: a_total{…, x="1"} 6']);
  expect(take(12, counter(7, 2.5)).lines).toEqual(['12: a_total{…, x="1"} 7']);
  expect(take(13, counter(1, 12.5)).lines).toEqual(['12.5: a_total{…, x="1"} 0', '13: a_total{…, x="1"} 1']);
  expect(take(14, counter(2, 11)).lines).toEqual(['14: a_total{…, x="1"} 2']);
});

test('the series of a histogram and of a summary start together; of a gauge it is a sample', () => {
  const take = scraping('created-timestamp-zero-ingestion');
  const created = START_MS / 1000 + 1;
  const body = [
    ...['# TYPE h histogram', 'h_bucket{le="1.0"} 1', 'h_bucket{le="+Inf"} 2', 'h_count 2', 'h_sum 3', `h_created ${created}`],
    ...['# TYPE s summary', 's{quantile="0.5"} 4', 's_count 5', 's_sum 6', `s_created ${created}`],
    ...['# TYPE g gauge', 'g 7', '# TYPE g_created gauge', 'g_created 8', ''],
  ].join('\n');
  const { lines } = take(5, body);
  expect(lines.filter((line) => line.startsWith('1: '))).toEqual([
    ...['1: h_bucket{…, le="1.0"} 0', '1: h_bucket{…, le="+Inf"} 0', '1: h_count{…} 0', '1: h_sum{…} 0'],
    ...['1: s{…, quantile="0.5"} 0', '1: s_count{…} 0', '1: s_sum{…} 0'],
  ]);
  expect(lines.slice(-2)).toEqual(['5: g{…} 7', '5: g_created{…} 8']);
  expect(lines).toHaveLength(16);
});

test('without the feature it is a sample like others', () => {
  expect(scraping()(10, counter(5, 2)).lines).toEqual(['10: a_total{…, x="1"} 5', `10: a_created{…, x="1"} ${START_MS / 1000 + 2}`]);
});

test('type and unit become labels, and change with what the target says', () => {
  const take = scraping('type-and-unit-labels');
  const body = (type: string) => `# TYPE a_seconds ${type}\n# UNIT a_seconds seconds\na_seconds{__type__="mine"} 1\n`;
  expect(take(1, body('gauge')).lines).toEqual(['1: a_seconds{__type__="gauge", __unit__="seconds", …} 1']);
  expect(take(2, body('unknown')).lines).toEqual([
    '2: a_seconds{__type__="mine", __unit__="seconds", …} 1',
    '2: a_seconds{__type__="gauge", __unit__="seconds", …} stale',
  ]);
  const text = '# TYPE b summary\nb{quantile="0.5"} 1\nb_sum 2\n# TYPE c_total counter\nc_total 3\nd 4\n';
  expect(take(3, text, { format: 'text' }).lines.slice(0, 4)).toEqual([
    '3: b{__type__="summary", …, quantile="0.5"} 1',
    '3: b_sum{__type__="summary", …} 2',
    '3: c_total{__type__="counter", …} 3',
    '3: d{…} 4',
  ]);
});
