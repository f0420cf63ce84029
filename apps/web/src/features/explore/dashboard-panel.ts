import type { DashboardDraft, Panel } from '@tidemark/rpc';
import { askedQueries, type ExploreState } from './explore-state.ts';

/** What Explore shows, as a panel: its queries, as a chart or a table. Half of the grid's 24 columns. */
export function panelOf(state: ExploreState, id: string, title: string): Panel {
  const queries = askedQueries(state).map((query) => ({ expr: query.expr, legend: '' }));
  return {
    id,
    title: title.trim() === '' ? (queries[0]?.expr ?? '').slice(0, 200) : title.trim(),
    kind: state.tab === 'table' ? 'table' : 'timeseries',
    queries,
    unit: 'none',
    decimals: null,
    min: null,
    max: null,
    stacked: false,
    thresholds: [],
    text: '',
    emptyText: '',
    grid: { x: 0, y: 0, w: 12, h: 8 },
  };
}

/** The dashboard with the panel below all others, at the left. */
export function withPanel(dashboard: DashboardDraft, panel: Panel): DashboardDraft {
  const { id, title, description, tags, panels, version } = dashboard;
  const bottom = Math.max(0, ...panels.map(({ grid }) => grid.y + grid.h));
  return { id, title, description, tags, version, panels: [...panels, { ...panel, grid: { ...panel.grid, x: 0, y: bottom } }] };
}

/** `taken`: ids that others have. */
export function newDashboard(title: string, taken: ReadonlySet<string>): DashboardDraft {
  const words = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const base = words.replaceAll(/^-+|-+$/g, '').slice(0, 56) || 'dashboard';
  let id = base;
  for (let count = 2; taken.has(id); count++) id = `${base}-${count}`;
  return { id, title: title.trim(), description: '', tags: [], panels: [], version: 0 };
}
