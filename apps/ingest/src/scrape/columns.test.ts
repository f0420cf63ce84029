import { isStaleAt, Labels } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { SeriesNumbers } from '../publish/series-numbers.ts';
import { ColumnsBuilder } from './columns.ts';

test('columns grow at values and at ends alike', () => {
  const samples = new ColumnsBuilder(new SeriesNumbers(), 1);
  const series = Array.from({ length: 200 }, (_, i) => Labels.from({ __name__: 'up', i: String(i) }));
  const ends = (i: number) => i % 3 !== 0;
  for (const [i, each] of series.entries()) ends(i) ? samples.addStale(each, i) : samples.add(each, i, i);

  const { numbers, timesMs, values } = samples.columns();
  expect(numbers).toHaveLength(200);
  expect([...timesMs]).toEqual(series.map((_, i) => i));
  expect(series.map((_, i) => (isStaleAt(values, i) ? 'end' : values[i]))).toEqual(series.map((_, i) => (ends(i) ? 'end' : i)));
});
