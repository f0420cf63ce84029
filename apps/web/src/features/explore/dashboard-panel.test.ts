import { DashboardDraft } from '@tidemark/rpc';
import { expect, test } from 'vitest';
import { newDashboard, panelOf, withPanel } from './dashboard-panel.ts';
import { emptyExplore, withExpr, withHidden, withQueryAdded } from './explore-state.ts';

const state = withHidden(withQueryAdded(withQueryAdded(withExpr(emptyExplore, 'A', 'up'), 'hidden'), 'node_load1'), 'B', true);

test('the queries that are shown become a panel that the server takes, below all others', () => {
  const first = withPanel(newDashboard('My servers!', new Set()), panelOf(state, 'p1', ''));
  const second = withPanel(first, panelOf({ ...state, tab: 'table' }, 'p2', 'Load'));
  expect(DashboardDraft.parse(second)).toEqual(second);
  expect(second.panels.map(({ title, kind, queries, grid }) => [title, kind, queries.map((query) => query.expr), grid.y])).toEqual([
    ['up', 'timeseries', ['up', 'node_load1'], 0],
    ['Load', 'table', ['up', 'node_load1'], 8],
  ]);
});

test.each([
  ['My servers!', 'my-servers-2'],
  ['  Ünter  ', 'nter'],
  ['日本', 'dashboard'],
])('%j gets the id %s', (title, id) => {
  expect(newDashboard(title, new Set(['my-servers'])).id).toBe(id);
});
