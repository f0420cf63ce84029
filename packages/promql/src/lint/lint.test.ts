import { withEdits } from '@tidemark/base';
import type { MetricType } from '@tidemark/tsdb/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ParseError, parse } from '../syntax/index.ts';
import { type Facts, type Finding, lint, type MetricFacts, metricsIn, mistakeOf } from './index.ts';

function metric(type: MetricType, labels: readonly string[], intervalMs: number | null = 15_000): MetricFacts {
  return { exists: true, near: [], type, labels: new Set(['__name__', ...labels]), intervalMs };
}

const FACTS: Facts = new Map([
  ['requests_total', metric('counter', ['instance', 'job', 'code'])],
  ['errors_total', metric('unknown', ['instance', 'job'])],
  ['temperature', metric('gauge', ['instance', 'room'])],
  ['depth', metric('unknown', ['queue'])],
  ['latency_bucket', metric('histogram', ['instance', 'le'])],
  ['latency_seconds', metric('histogram', ['instance'])],
  ['build_info', metric('gauge', ['instance', 'version'])],
  ['lone', metric('gauge', [])],
  [
    'requests_totl',
    { exists: false, near: ['requests_total', 'errors_total'], type: 'unknown', labels: new Set<string>(), intervalMs: null },
  ],
  ['nowhere', { exists: false, near: [], type: 'unknown', labels: new Set<string>(), intervalMs: null }],
]);

function found(text: string, isRule = false): readonly Finding[] {
  return lint(text, parse(text), FACTS, { isRule });
}

/** The code, what is marked, and the text with the fix. */
const ROWS: readonly (readonly [code: string, text: string, marked: string, fixed: string | null])[] = [
  ['rate-of-gauge', 'rate(temperature[5m])', 'rate', 'deriv(temperature[5m])'],
  ['rate-of-gauge', 'sum(increase(temperature{room="a"}[5m]))', 'increase', 'sum(delta(temperature{room="a"}[5m]))'],
  ['rate-of-gauge', 'irate(temperature[5m])', 'irate', 'deriv(temperature[5m])'],
  ['rate-of-gauge', 'rate(depth[5m])', 'rate', null],
  ['delta-of-counter', 'delta(requests_total[5m])', 'delta', 'increase(requests_total[5m])'],
  ['delta-of-counter', 'deriv(errors_total[5m])', 'deriv', 'rate(errors_total[5m])'],
  ['delta-of-counter', 'predict_linear(requests_total[5m], 60)', 'predict_linear', null],
  ['rate-of-aggregation', 'rate(sum(requests_total)[5m:])', 'rate(sum(requests_total)[5m:])', 'sum(rate(requests_total[5m]))'],
  [
    'rate-of-aggregation',
    '1 + increase(sum by (job) (requests_total{code="5"})[1h:])',
    'increase(sum by (job) (requests_total{code="5"})[1h:])',
    '1 + sum by (job) (increase(requests_total{code="5"}[1h]))',
  ],
  ['rate-of-aggregation', 'rate(sum(requests_total)[5m:30s])', 'rate(sum(requests_total)[5m:30s])', 'sum(rate((requests_total)[5m:30s]))'],
  [
    'rate-of-aggregation',
    'rate((max(requests_total) without (code))[5m:] offset 1h)',
    'rate((max(requests_total) without (code))[5m:] offset 1h)',
    'max(rate((requests_total)[5m:] offset 1h)) without (code)',
  ],
  ['short-range', 'rate(requests_total[20s])', '20s', 'rate(requests_total[1m])'],
  ['short-range', 'rate(requests_total[5s * 2] offset 1h)', '5s * 2', 'rate(requests_total[1m] offset 1h)'],
  [
    'quantile-without-le',
    'histogram_quantile(0.9, sum(rate(latency_bucket[5m])))',
    'sum(rate(latency_bucket[5m]))',
    'histogram_quantile(0.9, sum by (le)(rate(latency_bucket[5m])))',
  ],
  [
    'quantile-without-le',
    'histogram_quantile(0.9, sum by (instance) (rate(latency_bucket[5m])))',
    'sum by (instance) (rate(latency_bucket[5m]))',
    'histogram_quantile(0.9, sum by (le, instance) (rate(latency_bucket[5m])))',
  ],
  [
    'quantile-without-le',
    'histogram_quantile(0.9, sum without (le) (rate(latency_bucket[5m])))',
    'sum without (le) (rate(latency_bucket[5m]))',
    null,
  ],
  [
    'quantile-without-rate',
    'histogram_quantile(0.9, latency_bucket)',
    'latency_bucket',
    'histogram_quantile(0.9, rate(latency_bucket[5m]))',
  ],
  [
    'quantile-without-rate',
    'histogram_quantile(0.9, sum by (le) (latency_bucket{instance="a"}))',
    'latency_bucket{instance="a"}',
    'histogram_quantile(0.9, sum by (le) (rate(latency_bucket{instance="a"}[5m])))',
  ],
  ['unknown-metric', 'rate(requests_totl{job="a"}[5m])', 'requests_totl', 'rate(requests_total{job="a"}[5m])'],
  ['unknown-metric', '{__name__="nowhere"}', '"nowhere"', null],
  ['unknown-label', 'requests_total{cod="500"}', 'cod', 'requests_total{code="500"}'],
  ['unknown-label', 'requests_total{"availability"=~"a.+"}', '"availability"', null],
  ['unknown-label', 'sum by (job, instanc) (rate(requests_total[5m]))', 'instanc', 'sum by (job, instance) (rate(requests_total[5m]))'],
  ['unknown-label', 'sum(lone) by (zone)', 'zone', null],
  ['plain-regex', 'requests_total{code=~"500"}', '=~"500"', 'requests_total{code="500"}'],
  ['plain-regex', 'requests_total{code!~"500", job=~"a|b"}', '!~"500"', 'requests_total{code!="500", job=~"a|b"}'],
  ['idle-regex', 'requests_total{code=~".*"}', 'code=~".*"', 'requests_total{}'],
  ['idle-regex', 'requests_total{code=~".*", job="a"}', 'code=~".*"', 'requests_total{job="a"}'],
  ['idle-regex', 'requests_total{job="a", code=~".*"}', 'code=~".*"', 'requests_total{job="a"}'],
  ['idle-regex', 'requests_total{code!~".*"}', 'code!~".*"', null],
  ['filter-in-arithmetic', '(temperature > 5) * 100', '>', '(temperature > bool 5) * 100'],
  [
    'unmatched-labels',
    'sum by (job, code) (requests_total) / sum by (job) (requests_total)',
    '/',
    'sum by (job, code) (requests_total) / on (job) group_left sum by (job) (requests_total)',
  ],
  [
    'unmatched-labels',
    'sum(requests_total) > bool sum by (job) (requests_total)',
    '>',
    'sum(requests_total) > bool on () group_right sum by (job) (requests_total)',
  ],
  ['unmatched-labels', 'temperature / sum(temperature)', '/', 'temperature / on () group_left sum(temperature)'],
  ['unmatched-labels', 'sum by (job) (requests_total) / sum by (room) (temperature)', '/', null],
  ['unmatched-labels', 'sum by (job, code) (requests_total) / ignoring (room) sum by (job, room) (temperature)', '/', null],
  [
    'many-to-one',
    'sum by (job, code) (requests_total) / on (job) sum by (job) (errors_total)',
    '/',
    'sum by (job, code) (requests_total) / on (job) group_left sum by (job) (errors_total)',
  ],
  [
    'many-to-one',
    'sum by (job) (errors_total) * ignoring (code) sum by (job, code) (requests_total)',
    '*',
    'sum by (job) (errors_total) * ignoring (code) group_right sum by (job, code) (requests_total)',
  ],
  ['absent-of-aggregation', 'absent(sum(requests_total{job="a"}))', 'sum(requests_total{job="a"})', 'absent(requests_total{job="a"})'],
  ['absent-of-aggregation', 'absent_over_time(sum(requests_total)[5m:])', 'sum(requests_total)', 'absent_over_time(requests_total[5m])'],
];

test.each(ROWS)('%s: %s', (code, text, marked, fixed) => {
  const own = found(text).filter((finding) => finding.code === code);
  expect(own.map(({ from, to }) => text.slice(from, to))).toEqual([marked]);
  const { fix, message } = own[0];
  expect(message).toMatch(/\.$|\?$/);
  if (fixed === null) {
    expect(fix).toBeUndefined();
    return;
  }
  const after = withEdits(text, fix?.edits ?? []);
  expect(after).toBe(fixed);
  expect(found(after).filter((finding) => finding.code === code)).toEqual([]);
});

test.each([
  ['rate-of-gauge', 'rate(requests_total[5m]) + rate(errors_total[5m]) + rate(latency_bucket[5m]) + rate(latency_seconds[5m])'],
  ['rate-of-gauge', 'rate({job="a"}[5m]) + rate(nowhere[5m])'],
  ['delta-of-counter', 'delta(temperature[5m]) + deriv(depth[5m])'],
  ['rate-of-aggregation', 'sum(rate(requests_total[5m])) + max_over_time(sum(temperature)[5m:])'],
  ['short-range', 'rate(requests_total[30s]) + max_over_time(temperature[1s]) + rate({job="a"}[1s]) + rate(requests_total[step()])'],
  ['quantile-without-le', 'histogram_quantile(0.9, sum by (le, job) (rate(latency_bucket[5m])))'],
  ['quantile-without-le', 'histogram_quantile(0.9, sum without (job) (rate(latency_bucket[5m])))'],
  ['quantile-without-le', 'histogram_quantile(0.9, sum(rate(latency_seconds[5m])))'],
  ['quantile-without-rate', 'histogram_quantile(0.9, rate(latency_bucket[5m])) + histogram_quantile(0.9, latency_seconds)'],
  ['unknown-metric', 'requests_total + {job="a"} + heard_of_nothing'],
  ['unknown-metric', 'absent(nowhere)'],
  ['unknown-label', 'requests_total{code="500", zone="", other!="b"}'],
  ['unknown-label', 'sum by (zone) (label_replace(requests_total, "zone", "$1", "job", "(.*)"))'],
  ['unknown-label', 'sum by (version) (requests_total * on (instance) group_left (version) build_info)'],
  ['plain-regex', 'requests_total{code=~"5.."} + requests_total{code="500"} + requests_total{code=~"$code"}'],
  ['idle-regex', 'requests_total{code=~".+", job=~"a.*"}'],
  ['filter-in-arithmetic', '(temperature > bool 5) * 100 + sum(temperature > 5) + temperature / (temperature != 0)'],
  ['unmatched-labels', 'sum by (job) (requests_total) / sum by (job) (errors_total)'],
  ['unmatched-labels', 'temperature / requests_total + temperature / on (instance) sum by (instance) (requests_total)'],
  ['unmatched-labels', 'sum by (job) (requests_total) and sum(requests_total)'],
  ['unmatched-labels', 'temperature / scalar(sum(temperature)) + sum by (queue) (depth) / depth'],
  ['many-to-one', 'sum by (job, code) (requests_total) / on (job) group_left sum by (job) (errors_total)'],
  ['many-to-one', 'sum by (job, code) (requests_total) / on (job) sum by (job, room) (temperature)'],
  ['absent-of-aggregation', 'absent(requests_total) + absent(sum(requests_total) > 5)'],
  ['counter-compared', 'requests_total > 100'],
  ['future-offset', 'requests_total offset -5m'],
])('no %s: %s', (code, text) => {
  expect(found(text).filter((finding) => finding.code === code)).toEqual([]);
});

test('rules are looked at more closely', () => {
  const text = 'sum by (job) (requests_total{code="5"}) > 100';
  const [finding] = found(text, true);
  expect(finding).toMatchObject({ code: 'counter-compared', severity: 'warning' });
  expect(withEdits(text, finding.fix!.edits)).toBe('sum by (job) (rate(requests_total{code="5"}[5m])) > 100');
  expect(found('rate(requests_total[5m]) > 100', true)).toEqual([]);
  expect(found('errors_total == 0 or temperature > 5 or 5 < count(errors_total)', true)).toEqual([]);
  expect(found('temperature offset -5m', true)).toMatchObject([{ code: 'future-offset', from: 0, to: 22 }]);
  expect(found('temperature offset 5m', true)).toEqual([]);
});

test('expressions that nobody writes are not looked at', () => {
  const text = Array.from({ length: 900 }, () => 'temperature{room=~"a"}').join(' + ');
  expect(found(text)).toEqual([]);
  expect(found(text.slice(0, text.indexOf('+', 500) - 1)).length).toBeGreaterThan(10);
});

test('the metrics that facts are wanted of', () => {
  expect([...metricsIn(parse('a / {__name__="b"} + rate({"c.d"}[5m]) + {job="x"}'))]).toEqual(['a', 'b', 'c.d']);
});

test.each([
  ['rate(x)', 'rate(x[5m])'],
  ['sum(rate(x{a="b"} offset 1h))', 'sum(rate(x{a="b"}[5m] offset 1h))'],
  ['rate(sum(x))', 'sum(rate(x[5m]))'],
  ['1 + rate(sum by (a) (x{b="c"}))', '1 + sum by (a) (rate(x{b="c"}[5m]))'],
  ['max_over_time(a / b)', 'max_over_time((a / b)[5m:])'],
  ['max_over_time(abs(a))', 'max_over_time(abs(a)[5m:])'],
  ['sum(x[5m])', 'sum(rate(x[5m]))'],
  ['sum(x)[5m]', 'sum(x)[5m:]'],
  ['max_over_time(sum(x)[5m])', 'max_over_time(sum(x)[5m:])'],
  ['rate(x[5m]) offset 1h', 'rate(x[5m] offset 1h)'],
  ['sum(x + y) @ 1000', 'sum(x @ 1000 + y @ 1000)'],
  ['rate(x offset 1h [5m])', 'rate(x[5m] offset 1h)'],
  ['rate(x{a="b"} @ end() [5m])', 'rate(x{a="b"}[5m] @ end())'],
  ['raet(x[5m])', 'rate(x[5m])'],
  ['sum(rate(x[5m])', 'sum(rate(x[5m]))'],
  ['sum by (a) (x{b="c"', 'sum by (a) (x{b="c"})'],
  ['sum(', null],
  ['1 +', null],
])('the mistake in %s', (text, fixed) => {
  const mistake = mistaken(text);
  expect(mistake).toMatchObject({ code: 'syntax', severity: 'error' });
  expect(mistake?.fix === undefined ? null : withEdits(text, mistake.fix.edits)).toBe(fixed);
});

function mistaken(text: string): Finding | null {
  try {
    parse(text);
    return null;
  } catch (error) {
    if (error instanceof ParseError) return mistakeOf(error, text);
    throw error;
  }
}

test('whatever is written, findings lie in it and fixes leave something that can be evaluated', () => {
  const part = fc.constantFrom(
    ...[
      'rate(',
      'sum(',
      'sum by (job) (',
      'absent(',
      'histogram_quantile(0.9, ',
      '(',
      ')',
      'requests_total',
      'temperature',
      'requests_totl',
    ],
    ...[
      '{code=~"500"}',
      '{code=~".*"}',
      '{cod="5"}',
      '[5m]',
      '[5m:]',
      '[1s]',
      ' offset 1h',
      ' @ 5',
      ' > ',
      ' / ',
      ' + ',
      ' on (job) ',
      '5',
      'x',
    ],
  );
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 12 }), fc.boolean(), (parts, isRule) => {
      const text = parts.join('');
      const mistake = mistaken(text);
      const findings = mistake === null ? found(text, isRule) : [mistake];
      for (const { from, to, fix } of findings) {
        expect(from).toBeLessThanOrEqual(to);
        expect(to).toBeLessThanOrEqual(text.length);
        if (fix !== undefined) parse(withEdits(text, fix.edits));
      }
    }),
    { numRuns: 2000 },
  );
});
