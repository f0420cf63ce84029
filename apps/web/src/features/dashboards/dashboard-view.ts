/** What of a dashboard's view stands in the address besides the range: `?edit=1&panel=cpu`. */
export interface DashboardView {
  readonly editing: boolean;
  /** The panel whose editor is open. */
  readonly panel: string | null;
}

export function readDashboardView(params: URLSearchParams): DashboardView {
  const editing = params.get('edit') === '1';
  return { editing, panel: editing ? params.get('panel') : null };
}

export function writeDashboardView(params: URLSearchParams, view: DashboardView): URLSearchParams {
  const next = new URLSearchParams(params);
  if (view.editing) next.set('edit', '1');
  else next.delete('edit');
  if (view.editing && view.panel !== null) next.set('panel', view.panel);
  else next.delete('panel');
  return next;
}

/** The range goes with whoever follows a link to another page. */
export function exploreLink(exprs: readonly string[], params: URLSearchParams): string {
  const next = new URLSearchParams({ v: '1' });
  for (const expr of exprs) next.append('q', expr);
  for (const name of ['from', 'to', 'live', 'tz']) {
    const value = params.get(name);
    if (value !== null) next.set(name, value);
  }
  return `/explore?${next}`;
}
