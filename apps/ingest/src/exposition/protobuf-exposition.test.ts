import { prng } from '@tidemark/base';
import { MalformedError, ProtobufWriter } from '@tidemark/base/wire';
import { FamilyMetadata } from '@tidemark/tsdb/exposition';
import { decodeHistogram, Labels } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { ProtobufExposition, type ProtobufWishes } from './protobuf-exposition.ts';

/** The fields of one message, by hand. */
function message(write: (writer: ProtobufWriter) => void): Uint8Array {
  const writer = new ProtobufWriter();
  write(writer);
  return writer.view().slice();
}

const label = (name: string, value: string) =>
  message((writer) => {
    writer.string(1, name);
    writer.string(2, value);
  });

const exemplar = (trace: string, value: number, seconds?: number) =>
  message((writer) => {
    writer.bytes(1, label('trace_id', trace));
    writer.f64(2, value);
    if (seconds !== undefined)
      writer.bytes(
        3,
        message((time) => time.int64(1, seconds)),
      );
  });

/** Each family with its length before it. */
function body(...families: { name: string; type: number; help?: string; metrics: Uint8Array[] }[]): Buffer {
  const parts = families.map(({ name, type, help, metrics }) =>
    message((writer) => {
      writer.string(1, name);
      if (help !== undefined) writer.string(2, help);
      writer.int64(3, type);
      for (const metric of metrics) writer.bytes(4, metric);
    }),
  );
  return Buffer.concat(parts.map((part) => message((writer) => writer.bytes(1, part)).subarray(1)));
}

const metricOf = (field: number, value: Uint8Array, labels: Uint8Array[] = [], timeMs?: number) =>
  message((writer) => {
    for (const each of labels) writer.bytes(1, each);
    writer.bytes(field, value);
    if (timeMs !== undefined) writer.int64(6, timeMs);
  });

const number = (value: number) => message((writer) => writer.f64(1, value));

const bucket = (count: number, upper: number, own?: Uint8Array) =>
  message((writer) => {
    writer.int64(1, count);
    writer.f64(2, upper);
    if (own !== undefined) writer.bytes(3, own);
  });

const HISTOGRAM = message((writer) => {
  writer.int64(1, 6);
  writer.f64(2, 7.5);
  writer.bytes(3, bucket(2, 0.5));
  writer.bytes(3, bucket(5, 1, exemplar('a', 0.7, 1_700_000_000)));
  writer.sint64(5, 2);
  writer.f64(6, 0.001);
  writer.int64(7, 1);
  writer.bytes(
    12,
    message((span) => {
      span.sint64(1, -3);
      span.int64(2, 2);
    }),
  );
  writer.sint64s(13, [2, 1]);
});

const CLASSIC = message((writer) => {
  writer.int64(1, 3);
  writer.f64(2, 4);
  writer.bytes(3, bucket(3, Number.POSITIVE_INFINITY));
});

function read(bytes: Buffer, wishes: ProtobufWishes = { native: true, classicToo: false }) {
  const metadata = new FamilyMetadata();
  const changed = new Set<string>();
  const exposition = new ProtobufExposition(
    (pairs) => Labels.from(Array.from({ length: pairs.length / 2 }, (_, i) => [pairs[2 * i], pairs[2 * i + 1]])),
    metadata,
    changed,
  );
  const scrape = exposition.parse(bytes, wishes);
  const lines = Array.from(
    scrape.numbers,
    (each, i) => `${scrape.series[each]} ${scrape.histograms[i] === undefined ? scrape.values[i] : 'native'}`,
  );
  return { ...scrape, lines, metadata, changed };
}

test('what is no histogram comes to the series that the text names', () => {
  const summary = message((writer) => {
    writer.int64(1, 9);
    writer.f64(2, 2.5);
    writer.bytes(
      3,
      message((quantile) => {
        quantile.f64(1, 0.5);
        quantile.f64(2, 0.1);
      }),
    );
  });
  const counter = message((writer) => {
    writer.f64(1, 7);
    writer.bytes(2, exemplar('x', 1));
  });
  const { lines, metadata, timesMs, exemplars } = read(
    body(
      { name: 'requests_total', type: 0, help: 'All \\ requests.', metrics: [metricOf(3, counter, [label('code', '200')])] },
      { name: 'load', type: 1, metrics: [metricOf(2, number(0.5), [], 1234)] },
      { name: 'latency', type: 2, metrics: [metricOf(4, summary)] },
      { name: 'old', type: 3, metrics: [metricOf(5, number(Number.NaN))] },
    ),
  );
  expect(lines).toEqual([
    'requests_total{code="200"} 7',
    'load 0.5',
    'latency_count 9',
    'latency_sum 2.5',
    'latency{quantile="0.5"} 0.1',
    'old NaN',
  ]);
  expect([...timesMs]).toEqual([Number.NaN, 1234, Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  expect(exemplars).toEqual([{ at: 0, pairs: ['trace_id', 'x'], value: 1, timeMs: Number.NaN }]);
  expect([...metadata.families.values()].map(({ family, type, help }) => [family, type, help])).toEqual([
    ['requests_total', 'counter', 'All \\ requests.'],
    ['load', 'gauge', ''],
    ['latency', 'summary', ''],
    ['old', 'unknown', ''],
  ]);
});

const BOTH = body({ name: 'seconds', type: 4, metrics: [metricOf(7, HISTOGRAM, [label('job', 'a')])] });
const CLASSIC_LINES = [
  'seconds_count{job="a"} 6',
  'seconds_sum{job="a"} 7.5',
  'seconds_bucket{job="a", le="0.5"} 2',
  'seconds_bucket{job="a", le="1.0"} 5',
  'seconds_bucket{job="a", le="+Inf"} 6',
];

test('a histogram of both kinds: the native one, the classic one, or both', () => {
  const { lines, histograms, exemplars } = read(BOTH);
  expect(lines).toEqual(['seconds{job="a"} native']);
  expect(decodeHistogram(histograms[0] as Uint8Array)).toEqual({
    schema: 2,
    bounds: [],
    zeroThreshold: 0.001,
    zeroCount: 1,
    count: 6,
    sum: 7.5,
    positive: new Map([
      [-3, 2],
      [-2, 3],
    ]),
    negative: new Map(),
    hint: 'unknown',
  });
  expect(exemplars).toEqual([{ at: 0, pairs: ['trace_id', 'a'], value: 0.7, timeMs: 1_700_000_000_000 }]);
  expect(read(BOTH, { native: false, classicToo: false }).lines).toEqual(CLASSIC_LINES);
  expect(read(BOTH, { native: true, classicToo: true }).lines).toEqual(['seconds{job="a"} native', ...CLASSIC_LINES]);
});

test('a histogram that has no native form is classic whatever is wished', () => {
  const { lines } = read(body({ name: 'seconds', type: 4, metrics: [metricOf(7, CLASSIC)] }));
  expect(lines).toEqual(['seconds_count 3', 'seconds_sum 4', 'seconds_bucket{le="+Inf"} 3']);
});

test('a native histogram that cannot be taken is left out, and named; the others stay', () => {
  const bad = message((writer) => {
    writer.int64(1, 1);
    writer.sint64(5, -9);
    writer.f64(6, 1);
  });
  const { lines, problem } = read(
    body({ name: 'bad', type: 4, metrics: [metricOf(7, bad)] }, { name: 'seconds', type: 4, metrics: [metricOf(7, HISTOGRAM)] }),
  );
  expect(lines).toEqual(['seconds native']);
  expect(problem).toBe('histogram bad has schema -9');
});

test('whatever the bytes are, it is a scrape or malformed', () => {
  const random = prng(1);
  const good = Buffer.concat([BOTH, body({ name: 'requests_total', type: 0, metrics: [metricOf(3, number(7), [label('code', '200')])] })]);
  for (let round = 0; round < 3000; round++) {
    const bad = Buffer.from(good.subarray(0, random.chance(0.3) ? random.int(0, good.length) : good.length));
    for (let i = random.int(0, 4); i > 0 && bad.length > 0; i--) bad[random.int(0, bad.length)] = random.bits();
    try {
      const { numbers, values, histograms } = read(bad);
      expect([values.length, histograms.length]).toEqual([numbers.length, numbers.length]);
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedError);
    }
  }
});

test('when counters, summaries and histograms started; their types and units as labels', () => {
  const time = (seconds: number, nanos: number) =>
    message((writer) => {
      writer.int64(1, seconds);
      writer.int64(2, nanos);
    });
  const started = (field: number, ...parts: Uint8Array[]) =>
    Buffer.concat([...parts, message((writer) => writer.bytes(field, time(1_700_000_000, 5_000_000)))]);
  const sent = body(
    { name: 'c', type: 0, metrics: [metricOf(3, started(3, number(1)))] },
    { name: 'g', type: 1, metrics: [metricOf(2, started(3, number(1)))] },
    { name: 's', type: 2, metrics: [metricOf(4, started(4))] },
    { name: 'h', type: 4, metrics: [metricOf(7, started(15))] },
  );
  const metadata = new FamilyMetadata();
  const exposition = new ProtobufExposition((pairs) => Labels.from(pairsOf(pairs)), metadata, new Set());
  const { series, startsMs } = exposition.parse(sent, { native: false, classicToo: false, typeAndUnit: true });
  expect(series.map((labels, i) => [String(labels), startsMs[i] - 1_700_000_000_000])).toEqual([
    ['c{__type__="counter"}', 5],
    ['g{__type__="gauge"}', Number.NaN],
    ...['s_count{__type__="summary"}', 's_sum{__type__="summary"}'].map((name) => [name, 5]),
    ...['h_count{__type__="histogram"}', 'h_sum{__type__="histogram"}', 'h_bucket{__type__="histogram", le="+Inf"}'].map((name) => [
      name,
      5,
    ]),
  ]);
});

function pairsOf(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
}
