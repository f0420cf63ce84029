import type { Panel } from '@tidemark/rpc';

/** A panel with nothing in it, as wide as a third of the page. */
export function newPanel(id: string): Panel {
  return {
    id,
    title: 'New panel',
    kind: 'timeseries',
    queries: [{ expr: '', legend: '' }],
    unit: 'none',
    decimals: null,
    min: null,
    max: null,
    stacked: false,
    thresholds: [],
    text: '',
    emptyText: '',
    grid: { x: 0, y: 0, w: 12, h: 9 },
  };
}

/** Short, and free among the panels that are there. */
export function freePanelId(panels: readonly Panel[]): string {
  const taken = new Set(panels.map(({ id }) => id));
  let n = panels.length + 1;
  while (taken.has(`panel-${n}`)) n++;
  return `panel-${n}`;
}

/** An address of lower-case letters, digits and dashes. */
export function dashboardIdOf(title: string, taken: readonly string[]): string {
  const base =
    title
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 56) || 'dashboard';
  // `new` is the address of one that does not exist yet.
  if (base !== 'new' && !taken.includes(base)) return base;
  let n = 2;
  while (taken.includes(`${base}-${n}`)) n++;
  return `${base}-${n}`;
}
