import { expect, test } from 'vitest';
import { resultTable } from './result-table.ts';

const row = (labels: Record<string, string>, value: string) => ({ labels, atMs: 0, value });

const rows = [
  row({ __name__: 'up', job: 'node', instance: 'web-10' }, '1'),
  row({ __name__: 'up', job: 'node', instance: 'web-2' }, 'NaN'),
  row({ __name__: 'up', job: 'node', instance: 'web-1', zone: 'b' }, '0'),
];

test('labels that are the same everywhere are said once', () => {
  const table = resultTable(rows);
  expect(table.shared).toEqual({ __name__: 'up', job: 'node' });
  expect(table.columns).toEqual(['instance', 'zone']);
});

test('a single row shows its labels as columns', () => {
  expect(resultTable([rows[0]!])).toMatchObject({ shared: {}, columns: ['__name__', 'instance', 'job'] });
});

test('nothing gives an empty table', () => {
  expect(resultTable([])).toEqual({ shared: {}, columns: [], rows: [] });
});
