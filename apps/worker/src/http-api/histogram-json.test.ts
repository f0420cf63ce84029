import type { QueryValue } from '@tidemark/promql';
import { Labels, type NativeHistogram } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { resultJson } from './result-json.ts';

const EXPONENTIAL: NativeHistogram = {
  schema: 0,
  bounds: [],
  zeroThreshold: 0,
  zeroCount: 1,
  count: 7,
  sum: -2.5,
  positive: new Map([[1, 4]]),
  negative: new Map([[2, 2]]),
  hint: 'unknown',
};
const CUSTOM: NativeHistogram = {
  ...EXPONENTIAL,
  schema: -53,
  bounds: [-1, 0.5],
  zeroCount: 0,
  positive: new Map([
    [0, 1],
    [1, 2],
    [2, 0.5],
  ]),
  negative: new Map(),
};
const EMPTY: NativeHistogram = { ...EXPONENTIAL, zeroCount: 0, count: 0, sum: 0, positive: new Map(), negative: new Map() };
const LABELS = Labels.from({ __name__: 'latency' });

const textOf = (value: QueryValue) => JSON.parse([...resultJson(value, 10)].join(''));

test('a histogram of an instant is written as Prometheus writes it', () => {
  const samples = [EXPONENTIAL, CUSTOM, EMPTY].map((histogram) => ({ labels: LABELS, value: Number.NaN, histogram }));
  const metric = { __name__: 'latency' };
  expect(textOf({ kind: 'vector', atMs: 1500, samples })).toEqual({
    resultType: 'vector',
    result: [
      {
        metric,
        histogram: [
          1.5,
          {
            count: '7',
            sum: '-2.5',
            buckets: [
              [1, '-4', '-2', '2'],
              [3, '-0', '0', '1'],
              [0, '1', '2', '4'],
            ],
          },
        ],
      },
      {
        metric,
        histogram: [
          1.5,
          {
            count: '7',
            sum: '-2.5',
            buckets: [
              [3, '-Inf', '-1', '1'],
              [0, '-1', '0.5', '2'],
              [0, '0.5', '+Inf', '0.5'],
            ],
          },
        ],
      },
      { metric, histogram: [1.5, { count: '0', sum: '0' }] },
    ],
  });
});

test('a series of numbers and histograms has a list of each', () => {
  const value = (histograms: (NativeHistogram | undefined)[]): QueryValue => ({
    kind: 'matrix',
    series: [{ labels: LABELS, times: Float64Array.of(1000, 2000), values: Float64Array.of(5, Number.NaN), histograms }],
  });
  const metric = { __name__: 'latency' };
  const empty = { count: '0', sum: '0' };
  expect(textOf(value([undefined, EMPTY])).result).toEqual([{ metric, values: [[1, '5']], histograms: [[2, empty]] }]);
  const histograms = [
    [1, empty],
    [2, empty],
  ];
  expect(textOf(value([EMPTY, EMPTY])).result).toEqual([{ metric, histograms }]);
});
