import type { Resolution } from '@tidemark/rpc';

/**
 * What Explore shows, to and from the URL: `v=1&q=up&q=node_load1&off=B&tab=table&res=1h`. The range and the live switch are the
 * shell's own parameters, and stay as they are, as does whatever else stands there.
 */
export interface ExploreQuery {
  /** A, B, …: given by the place in the list. */
  readonly id: string;
  readonly expr: string;
  readonly hidden: boolean;
}

export interface ExploreState {
  /** What alone is to answer: raw samples, or windows of one width. */
  readonly resolution: Resolution;
  /** Never empty: the first one is there from the start. */
  readonly queries: readonly ExploreQuery[];
  readonly tab: ExploreTab;
  /** What stands beside the result. */
  readonly panel: ExplorePanel | null;
}

export type ExploreTab = 'chart' | 'table' | 'explain';
export type ExplorePanel = 'metrics' | 'labels' | 'history';

/** The alphabet; more does not fit a page either. */
export const QUERIES_MAX = 26;

const VERSION = '1';
const OWN_PARAMS = ['v', 'q', 'off', 'tab', 'panel', 'res'] as const;

export const emptyExplore: ExploreState = {
  queries: [{ id: 'A', expr: '', hidden: false }],
  tab: 'chart',
  panel: null,
  resolution: 'auto',
};

export const RESOLUTIONS: readonly Resolution[] = ['auto', 'raw', '1m', '5m', '1h', '1d'];

const TABS: readonly ExploreTab[] = ['chart', 'table', 'explain'];

const PANELS: readonly ExplorePanel[] = ['metrics', 'labels', 'history'];

export function decodeExplore(params: URLSearchParams): ExploreState {
  // A link of a later version: nothing of it can be trusted to mean the same.
  if ((params.get('v') ?? VERSION) !== VERSION) return emptyExplore;
  const exprs = params.getAll('q').slice(0, QUERIES_MAX);
  const off = new Set((params.get('off') ?? '').split(''));
  return {
    queries: numbered((exprs.length > 0 ? exprs : ['']).map((expr, at) => ({ id: '', expr, hidden: off.has(letter(at)) }))),
    tab: TABS.find((tab) => tab === params.get('tab')) ?? 'chart',
    panel: PANELS.find((panel) => panel === params.get('panel')) ?? null,
    resolution: RESOLUTIONS.find((resolution) => resolution === params.get('res')) ?? 'auto',
  };
}

/** `params` with this state in it. What equals the default is left out, so that links stay short. */
export function encodeExplore(state: ExploreState, params: URLSearchParams): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const key of OWN_PARAMS) next.delete(key);
  const blank = state.queries.length === 1 && state.queries[0]!.expr === '';
  if (!blank) for (const query of state.queries) next.append('q', query.expr);
  const off = state.queries.flatMap((query) => (query.hidden ? [query.id] : [])).join('');
  if (off !== '') next.set('off', off);
  if (state.tab !== 'chart') next.set('tab', state.tab);
  if (state.panel !== null) next.set('panel', state.panel);
  if (state.resolution !== 'auto') next.set('res', state.resolution);
  if (OWN_PARAMS.some((name) => next.has(name))) next.set('v', VERSION);
  return next;
}

export function withExpr(state: ExploreState, id: string, expr: string): ExploreState {
  return { ...state, queries: state.queries.map((query) => (query.id === id ? { ...query, expr } : query)) };
}

export function withHidden(state: ExploreState, id: string, hidden: boolean): ExploreState {
  return { ...state, queries: state.queries.map((query) => (query.id === id ? { ...query, hidden } : query)) };
}

export function withQueryAdded(state: ExploreState, expr = ''): ExploreState {
  if (state.queries.length >= QUERIES_MAX) return state;
  return { ...state, queries: numbered([...state.queries, { id: '', expr, hidden: false }]) };
}

export function withQueryRemoved(state: ExploreState, id: string): ExploreState {
  const rest = numbered(state.queries.filter((query) => query.id !== id));
  return { ...state, queries: rest.length > 0 ? rest : emptyExplore.queries };
}

/** The queries that are asked: shown, and not blank. */
export function askedQueries(state: ExploreState): readonly ExploreQuery[] {
  return state.queries.filter((query) => !query.hidden && query.expr.trim() !== '');
}

function numbered(queries: readonly ExploreQuery[]): readonly ExploreQuery[] {
  return queries.map((query, at) => ({ ...query, id: letter(at) }));
}

function letter(at: number): string {
  return String.fromCharCode(65 + at);
}
