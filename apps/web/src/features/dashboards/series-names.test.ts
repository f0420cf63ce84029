import { expect, test } from 'vitest';
import { differingLabels, renderLegend, seriesNames } from './series-names.ts';

test('a template takes its labels, and is never empty', () => {
  expect(renderLegend('{{ device }} in', { device: 'eth0' })).toBe('eth0 in');
  expect(renderLegend('{{missing}}', { __name__: 'up', job: 'a' })).toBe('up{job="a"}');
  expect(renderLegend('$1 {{device}', { device: 'eth0' })).toBe('$1 {{device}');
});

test('without a template, names are what tells the series apart', () => {
  const series = [
    { job: 'node', device: 'sda', instance: 'web-1' },
    { job: 'node', device: 'sdb', instance: 'web-1' },
  ];
  expect(seriesNames('', series, 'x')).toEqual(['sda', 'sdb']);
  expect(seriesNames('', [...series, { job: 'node', device: 'sda', instance: 'web-2' }], 'x')).toEqual([
    'sda · web-1',
    'sdb · web-1',
    'sda · web-2',
  ]);
  expect(seriesNames('', [{ __name__: 'up', job: 'a' }], 'up')).toEqual(['up']);
  expect(seriesNames('', [{ job: 'a' }], 'sum by (job) (up)')).toEqual(['{job="a"}']);
  expect(seriesNames('', [{}], 'sum(up)')).toEqual(['sum(up)']);
  expect(differingLabels([{ a: '1' }, { a: '1', b: '2' }])).toEqual(['b']);
});
