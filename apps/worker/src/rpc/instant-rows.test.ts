import { Labels, type NativeHistogram } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { instantRows } from './encode-matrix.ts';

const HISTOGRAM: NativeHistogram = {
  ...{ schema: 0, bounds: [], zeroThreshold: 0.5, zeroCount: 1, count: 10, sum: 12.5, hint: 'unknown' },
  ...{ positive: new Map([[1, 6]]), negative: new Map([[2, 3]]) },
};

test('a native histogram is a row with its figures, among numbers', () => {
  const labels = Labels.from({ __name__: 'x' });
  const histogram = {
    count: '10',
    sum: '12.5',
    quantiles: [0.5, 0.9, 0.99].map((share) => ({ share, value: expect.stringMatching(/^1\.\d+$/) })),
    counts: [3, 1, 6],
  };
  const vector = { kind: 'vector', atMs: 5, samples: [{ labels, value: Number.NaN, histogram: HISTOGRAM }] } as const;
  expect(instantRows(vector, 10).rows).toEqual([{ labels: { __name__: 'x' }, atMs: 5, value: '10', histogram }]);
  const columns = { times: Float64Array.of(1, 2), values: Float64Array.of(7, Number.NaN), histograms: [undefined, HISTOGRAM] };
  const { rows } = instantRows({ kind: 'matrix', series: [{ labels, ...columns }] }, 10);
  expect(rows.map(({ value, histogram: shown }) => [value, shown?.count])).toEqual([
    ['7', undefined],
    ['10', '10'],
  ]);
});
