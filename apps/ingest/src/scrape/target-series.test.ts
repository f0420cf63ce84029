import { prng, systemClock } from '@tidemark/base';
import { PRODUCER_BYTES, RecordEncoder } from '@tidemark/log';
import { Labels } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { NO_SCRAPE_LIMITS, PLAIN_HTTP, type ScrapeJob, TEXT_ONLY } from '../prometheus-config/job.ts';
import { compileRule } from '../relabel/rule.ts';
import { linesOf, seriesOf } from './recording.ts';
import { type Round, TargetSeries } from './target-series.ts';

const TARGET = Labels.from({ job: 'j', instance: 'i' });

function jobWith(settings: Partial<ScrapeJob> = {}): ScrapeJob {
  return {
    name: 'j',
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
    discovery: [],
    ...settings,
  };
}

function printed({ samples }: Round): string[] {
  return linesOf({ tenant: 't', ...samples.columns(), metadata: [] }).map((line) =>
    line.replace('instance="i", job="j"', '…').replace('{…}', ''),
  );
}

function scraping(settings: Partial<ScrapeJob> = {}) {
  const series = new TargetSeries(TARGET, jobWith(settings));
  let timeMs = 0;
  const take = (body: string, settle = true) => {
    timeMs += 1000;
    const round = series.take(Buffer.from(body), 'text', timeMs);
    if (settle) series.settle();
    return round;
  };
  const miss = () => {
    timeMs += 1000;
    const round = series.miss(timeMs);
    series.settle();
    return round;
  };
  return { series, take, miss };
}

test('a series that vanishes gets one stale marker, and comes back as added', () => {
  const { take } = scraping();
  expect(take('a 1\nb{x="1"} 2\n')).toMatchObject({ scraped: 2, kept: 2, added: 2 });
  expect(printed(take('a 2\n'))).toEqual(['a 2', 'b{…, x="1"} stale']);
  expect(printed(take('a 3\n'))).toEqual(['a 3']);
  const back = take('a 4\nb{x="1"} 5\n');
  expect(printed(back)).toEqual(['a 4', 'b{…, x="1"} 5']);
  expect(back.added).toBe(1);
});

test('a scrape that fails, or is malformed, ends every series', () => {
  const { take, miss } = scraping();
  take('a 1\nb 2\n');
  expect(printed(miss())).toEqual(['a stale', 'b stale']);
  expect(printed(miss())).toEqual([]);
  take('a 1\nb 2\n');
  const malformed = take('a 1\nb 2\nc\n');
  expect(malformed).toMatchObject({ failure: 'line 3: expected a blank before the value', scraped: 2, kept: 2 });
  expect(printed(malformed)).toEqual(['a stale', 'b stale']);
});

test('what the log refused is owed again', () => {
  const { take } = scraping();
  take('a 1\nb 2\n');
  take('b 3\nc 1\n', false);
  // c was never stored, so it needs no end; a still does.
  expect(printed(take('b 4\n'))).toEqual(['b 4', 'a stale']);
});

test('the first of repeated samples counts, also under another spelling', () => {
  const { take } = scraping();
  const round = take('a{x="1",y="2"} 1\na{y="2",x="1"} 2\na{x="1",y="2"} 3\n');
  expect(round).toMatchObject({ duplicates: 2, kept: 3, added: 1, failure: null });
  expect(printed(round)).toEqual(['a{…, x="1", y="2"} 1']);
});

test("the target's own times: kept one by one, never ended", () => {
  const { take } = scraping();
  expect(printed(take('a 1 500\na 2 600\nb 1\n'))).toEqual(['a 1 @500', 'a 2 @600', 'b 1']);
  expect(printed(take('c 1\n'))).toEqual(['c 1', 'b stale']);
});

test('the target’s own times: ignored, or ended, when the job says so', () => {
  expect(printed(scraping({ honorTimestamps: false }).take('a 1 500\n'))).toEqual(['a 1']);
  const { take } = scraping({ trackTimestampsStaleness: true });
  take('a 1 500\n');
  expect(printed(take('b 1\n'))).toEqual(['b 1', 'a stale']);
});

test.each<[what: string, settings: Partial<ScrapeJob>, body: string, series: string]>([
  [
    'the target wins, the series’ own label is moved',
    {},
    'a{job="x",exported_job="y"} 1\n',
    'a{exported_exported_job="x", exported_job="y", instance="i", job="j"}',
  ],
  ['honor_labels', { honorLabels: true }, 'a{job="x"} 1\n', 'a{instance="i", job="x"}'],
  ['honor_labels with an empty label', { honorLabels: true }, 'a{job=""} 1\n', 'a{instance="i"}'],
  ['an empty label', {}, 'a{x="",job=""} 1\n', 'a{instance="i", job="j"}'],
  [
    'metric relabeling',
    { metricRelabelRules: [compileRule({ source_labels: ['__name__'], target_label: '__name__', replacement: 'p_$1' })] },
    'a 1\n',
    'p_a{instance="i", job="j"}',
  ],
])('labels: %s', (_what, settings, body, series) => {
  expect(seriesOf(scraping(settings).take(body).samples.columns()).map(String)).toEqual([series]);
});

test('dropped series are scraped but not kept', () => {
  const { take } = scraping({ metricRelabelRules: [compileRule({ action: 'drop', source_labels: ['__name__'], regex: 'b.*' })] });
  const round = take('a 1\nb 2\nbb 3\n');
  expect(round).toMatchObject({ scraped: 3, kept: 1, added: 1 });
  expect(printed(round)).toEqual(['a 1']);
});

test.each<[Partial<ScrapeJob['limits']>, RegExp]>([
  [{ samples: 2 }, /sample_limit exceeded: 3 samples, limit 2/],
  [{ labels: 3 }, /label_limit exceeded: b has 4 labels, limit 3/],
  [{ labelNameLength: 9 }, /label_name_length_limit exceeded: long_label_name of b has 15 bytes, limit 9/],
  [{ labelValueLength: 3 }, /label_value_length_limit exceeded: the value of long_label_name of b has 5 bytes, limit 3/],
])('limits %j fail the scrape', (limits, reason) => {
  const body = 'a 1\nb{long_label_name="value"} 1\nc 1\n';
  const { take } = scraping({ limits: { ...NO_SCRAPE_LIMITS, ...limits } });
  const round = take(body);
  expect(round.failure).toMatch(reason);
  expect(printed(round)).toEqual([]);
  expect(take(body).failure).toMatch(reason);
});

test('metadata is told once, again when it changes, and again when it was refused', () => {
  const { series, take } = scraping();
  const body = '# TYPE a counter\na 1\n';
  take(body, false);
  expect(series.metadata()).toEqual([{ family: 'a', type: 'counter', help: '', unit: '' }]);
  series.settle();
  take(body);
  expect(series.metadata()).toEqual([]);
  take('# TYPE a gauge\na 1\n', false);
  take(body.replace('counter', 'gauge'), false);
  expect(series.metadata()).toMatchObject([{ family: 'a', type: 'gauge' }]);
});

test('another configuration takes over: what it no longer has ends', () => {
  const { series, take } = scraping();
  take('a 1\nb 1\n');
  const next = new TargetSeries(
    TARGET,
    jobWith({ metricRelabelRules: [compileRule({ action: 'drop', source_labels: ['__name__'], regex: 'b' })] }),
    series,
  );
  const round = next.take(Buffer.from('a 2\nb 2\n'), 'text', 9000);
  expect(printed(round)).toEqual(['a 2', 'b stale']);
  expect(round.added).toBe(0);
});

test('ever new series do not pile up, and ended ones come back as one', () => {
  const { take } = scraping({ limits: { ...NO_SCRAPE_LIMITS, samples: 1 } });
  for (let i = 0; i < 50; i++) take(Array.from({ length: 100 }, (_, n) => `s{n="${i}-${n}"} 1\n`).join(''));
  expect(printed(take('s{n="0-0"} 1\n'))).toEqual(['s{…, n="0-0"} 1']);
  expect(printed(take('s{n="1-0"} 1\n'))).toEqual(['s{…, n="1-0"} 1', 's{…, n="0-0"} stale']);
});

test('seeded rounds of every kind: values and ends as a naive memory of what is durable has them', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = prng(seed);
    let series = new TargetSeries(TARGET, jobWith());
    let alive = new Set<string>();
    for (let round = 1; round <= 60; round++) {
      const timeMs = round * 1000;
      if (random.chance(0.1)) series = new TargetSeries(TARGET, jobWith(), series);
      const lines: string[] = [];
      const seen = new Map<string, string>();
      const timed: string[] = [];
      for (let i = random.int(0, 12); i > 0; i--) {
        const name = random.pick(['a', 'b', 'c{x="1",y="2"}', 'c{y="2",x="1"}', 'd', 'e']);
        const printedName = name.startsWith('c') ? 'c{…, x="1", y="2"}' : name;
        const own = random.chance(0.15);
        lines.push(`${name} ${i}${own ? ' 77' : ''}`);
        if (own) timed.push(`${printedName} ${i}`);
        else if (!seen.has(printedName)) seen.set(printedName, `${printedName} ${i}`);
      }
      const kind = random.pick(['come', 'come', 'come', 'malformed', 'missed']);
      if (kind === 'malformed') lines.push('oops');
      const result = kind === 'missed' ? series.miss(timeMs) : series.take(Buffer.from(`${lines.join('\n')}\n`), 'text', timeMs);
      const now = kind === 'come' ? seen : new Map<string, string>();
      const expected = [
        ...now.values(),
        ...(kind === 'come' ? timed : []),
        ...[...alive].filter((name) => !now.has(name)).map((name) => `${name} stale`),
      ];
      expect(
        printed(result)
          .map((line) => line.replace(/ @\d+$/, ''))
          .sort(),
      ).toEqual(expected.sort());
      if (random.chance(0.2)) continue; // Refused by the log.
      series.settle();
      alive = new Set(now.keys());
    }
  }
});

test('whatever a target sends, the log can write down what is made of it', () => {
  const random = prng(7);
  const encoder = new RecordEncoder({ producer: new Uint8Array(PRODUCER_BYTES), clock: systemClock });
  const { series, take } = scraping();
  const parts = [
    'a',
    '{x="',
    '"}',
    ' ',
    '\n',
    '1',
    '-9e15',
    '9'.repeat(16),
    'NaN',
    '# HELP a ',
    '# TYPE a ',
    'gauge',
    '\\',
    '"',
    '\u{1f600}',
    'x'.repeat(9000),
  ];
  let published = 0;
  for (let round = 0; round < 3000; round++) {
    const line = () =>
      random.chance(0.5)
        ? `m${random.int(0, 9)}{x="${random.pick(parts)}"} ${random.int(0, 9)} ${random.pick(['', '5', '-5', '9'.repeat(15)])}\n`
        : '';
    const noise = random.chance(0.5) ? Array.from({ length: random.int(0, 8) }, () => random.pick(parts)).join('') : '';
    const { samples } = take(`${line()}${line()}${noise}`, false);
    const batch = { tenant: 't', columns: [samples.columns()], metadata: series.metadata() };
    if (samples.length > 0) encoder.encode(batch);
    published += samples.length;
    series.settle();
  }
  expect(published).toBeGreaterThan(1000);
});

test('exemplars are told once, and again when their round was refused', () => {
  const series = new TargetSeries(
    TARGET,
    jobWith({ metricRelabelRules: [compileRule({ action: 'drop', source_labels: ['__name__'], regex: 'gone_total' })] }),
  );
  const take = (lines: string, timeMs: number, settle = true) => {
    const { exemplars, failure } = series.take(Buffer.from(`${lines}# EOF\n`), 'openmetrics', timeMs);
    expect(failure).toBeNull();
    if (settle) series.settle();
    return exemplars.map((each) => `${each.series.name} ${each.series.get('job')} ${each.labels} ${each.timeMs} ${each.value}`);
  };
  const timed = (trace: string) => `a_total 1 # {trace_id="${trace}"} 2 5.5\n`;
  expect(take(timed('x'), 1000, false)).toEqual(['a_total j {trace_id="x"} 5500 2']);
  expect(take(timed('x'), 2000)).toEqual(['a_total j {trace_id="x"} 5500 2']);
  expect(take(timed('x'), 3000)).toEqual([]);
  expect(take(timed('y'), 4000)).toEqual(['a_total j {trace_id="y"} 5500 2']);
  const untimed = 'b_total 1 # {trace_id="x"} 2\nc_total 1 7.25 # {} 3\n';
  expect(take(untimed, 5000)).toEqual(['b_total j {trace_id="x"} 5000 2', 'c_total j {} 7250 3']);
  expect(take(untimed, 6000)).toEqual([]);
  expect(take(`gone_total 1 # {trace_id="x"} 2\na_total 1 # {trace_id="${'x'.repeat(121)}"} 2\n`, 7000)).toEqual([]);
});
