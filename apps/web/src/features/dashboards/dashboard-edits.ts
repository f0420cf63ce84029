/**
 * A dashboard that is being edited: the draft, the way back and the way forward. Pure; every change is a value, so undo is to
 * show an older one.
 */
import type { DashboardDraft, Panel } from '@tidemark/rpc';
import { UNDO_STEPS_MAX } from '../../lib/limits.ts';

export interface EditState {
  readonly draft: DashboardDraft;
  /** As the server has it; the draft is unsaved when it differs. */
  readonly saved: DashboardDraft;
  readonly past: readonly DashboardDraft[];
  readonly future: readonly DashboardDraft[];
  /** Changes with the same tag, one after the other, are one step of undo: typing a title is. */
  readonly tag: string | null;
}

export interface Placement {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export type Edit =
  | { readonly kind: 'details_changed'; readonly details: Partial<Pick<DashboardDraft, 'title' | 'description' | 'tags'>> }
  | { readonly kind: 'panel_added'; readonly panel: Panel }
  | { readonly kind: 'panel_changed'; readonly panel: Panel }
  | { readonly kind: 'panel_duplicated'; readonly id: string; readonly newId: string }
  | { readonly kind: 'panel_removed'; readonly id: string }
  | { readonly kind: 'panels_placed'; readonly placements: readonly Placement[] }
  | { readonly kind: 'undone' }
  | { readonly kind: 'redone' }
  | { readonly kind: 'discarded' }
  /** The server has it now, in this version. */
  | { readonly kind: 'saved'; readonly saved: DashboardDraft };

export function beginEdit(saved: DashboardDraft): EditState {
  return { draft: saved, saved, past: [], future: [], tag: null };
}

export function isUnsaved(state: EditState): boolean {
  return state.draft !== state.saved;
}

/** The panel that the last edit took away, or null: what an offer to undo speaks of. */
export function lastRemoved({ draft, past }: EditState): Panel | null {
  const before = past.at(-1);
  if (before === undefined || before.panels.length !== draft.panels.length + 1) return null;
  return before.panels.find(({ id }) => draft.panels.every((panel) => panel.id !== id)) ?? null;
}

export function applyEdit(state: EditState, edit: Edit): EditState {
  const { draft } = state;
  switch (edit.kind) {
    case 'details_changed':
      return changed(state, { ...draft, ...edit.details }, `details ${Object.keys(edit.details).join()}`);
    case 'panel_added':
      return changed(state, {
        ...draft,
        panels: [...draft.panels, { ...edit.panel, grid: { ...edit.panel.grid, x: 0, y: bottomOf(draft) } }],
      });
    case 'panel_changed':
      return changed(
        state,
        withPanels(draft, (panel) => (panel.id === edit.panel.id ? edit.panel : panel)),
        `panel ${edit.panel.id}`,
      );
    case 'panel_duplicated': {
      const original = draft.panels.find((panel) => panel.id === edit.id);
      if (original === undefined) return state;
      const copy = { ...original, id: edit.newId, title: `${original.title} (copy)`.slice(0, 200), grid: beside(original.grid) };
      return changed(state, { ...draft, panels: [...draft.panels, copy] });
    }
    case 'panel_removed':
      return changed(state, { ...draft, panels: draft.panels.filter((panel) => panel.id !== edit.id) });
    case 'panels_placed':
      return placed(state, edit.placements);
    case 'undone': {
      const before = state.past.at(-1);
      if (before === undefined) return state;
      return { ...state, draft: before, past: state.past.slice(0, -1), future: [draft, ...state.future], tag: null };
    }
    case 'redone': {
      const [next, ...future] = state.future;
      if (next === undefined) return state;
      return { ...state, draft: next, past: [...state.past, draft], future, tag: null };
    }
    case 'discarded':
      return beginEdit(state.saved);
    case 'saved':
      return { ...state, draft: edit.saved, saved: edit.saved, tag: null };
  }
}

function changed(state: EditState, draft: DashboardDraft, tag: string | null = null): EditState {
  const joins = tag !== null && tag === state.tag;
  return {
    ...state,
    draft,
    past: joins ? state.past : [...state.past, state.draft].slice(-UNDO_STEPS_MAX),
    future: [],
    tag,
  };
}

/** The grid reports every layout, also the one that it was given: only a difference is an edit. */
function placed(state: EditState, placements: readonly Placement[]): EditState {
  const byId = new Map(placements.map((placement) => [placement.id, placement]));
  let moved = false;
  const draft = withPanels(state.draft, (panel) => {
    const to = byId.get(panel.id);
    const { x, y, w, h } = panel.grid;
    if (to === undefined || (to.x === x && to.y === y && to.w === w && to.h === h)) return panel;
    moved = true;
    return { ...panel, grid: { x: to.x, y: to.y, w: to.w, h: to.h } };
  });
  return moved ? changed(state, draft) : state;
}

function withPanels(draft: DashboardDraft, change: (panel: Panel) => Panel): DashboardDraft {
  return { ...draft, panels: draft.panels.map(change) };
}

function bottomOf({ panels }: DashboardDraft): number {
  return Math.max(0, ...panels.map(({ grid }) => grid.y + grid.h));
}

/** To the right of the original where there is room, else below it. */
function beside(grid: Panel['grid']): Panel['grid'] {
  return grid.x + 2 * grid.w <= 24 ? { ...grid, x: grid.x + grid.w } : { ...grid, y: grid.y + grid.h };
}
