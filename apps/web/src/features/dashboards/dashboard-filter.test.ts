import type { DashboardRow } from '@tidemark/rpc';
import { expect, test } from 'vitest';
import { filterDashboards, tagsOf } from './dashboard-filter.ts';

const row = (title: string, ...tags: string[]): DashboardRow => ({
  id: title,
  title,
  description: 'the machine',
  tags,
  panelCount: 1,
  updatedAtMs: 0,
  builtin: false,
});
const rows = [row('Host', 'linux', 'host'), row('Web servers', 'linux')];
const titles = (search: string, tag: string | null = null) => filterDashboards(rows, search, tag).map(({ title }) => title);

test('every word must be found somewhere, and the tag must be there', () => {
  expect(titles('')).toEqual(['Host', 'Web servers']);
  expect(titles('web MACHINE')).toEqual(['Web servers']);
  expect(titles('', 'host')).toEqual(['Host']);
  expect(titles('web', 'host')).toEqual([]);
});

test('tags come by use', () => expect(tagsOf(rows)).toEqual(['linux', 'host']));
