import type { DashboardDraft, Panel } from '@tidemark/rpc';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEdit, beginEdit, type Edit, type EditState, isUnsaved, lastRemoved } from './dashboard-edits.ts';

const panel = (id: string, x = 0, y = 0): Panel => ({
  id,
  title: id,
  kind: 'timeseries',
  queries: [],
  unit: 'none',
  decimals: null,
  min: null,
  max: null,
  stacked: false,
  thresholds: [],
  text: '',
  emptyText: '',
  grid: { x, y, w: 8, h: 9 },
});
const draft = (...panels: Panel[]): DashboardDraft => ({ id: 'd', title: 'D', description: '', tags: [], panels, version: 3 });
const apply = (state: EditState, ...edits: Edit[]) => edits.reduce(applyEdit, state);
const ids = ({ draft }: EditState) => draft.panels.map(({ id }) => id);

test('a new panel goes below the others, a duplicate beside its original or below it', () => {
  const state = apply(
    beginEdit(draft(panel('a'), panel('b', 16, 4))),
    { kind: 'panel_added', panel: panel('c', 5, 5) },
    { kind: 'panel_duplicated', id: 'a', newId: 'a2' },
    { kind: 'panel_duplicated', id: 'b', newId: 'b2' },
  );
  expect(state.draft.panels.map(({ id, grid: { x, y } }) => [id, x, y])).toEqual([
    ['a', 0, 0],
    ['b', 16, 4],
    ['c', 0, 13],
    ['a2', 8, 0],
    ['b2', 16, 13],
  ]);
});

test('undo and redo walk through the edits, and a new edit forgets what was undone', () => {
  const start = beginEdit(draft(panel('a'), panel('b')));
  const removed = apply(start, { kind: 'panel_removed', id: 'a' }, { kind: 'panel_removed', id: 'b' });
  const undone = apply(removed, { kind: 'undone' });
  expect(ids(undone)).toEqual(['b']);
  expect(ids(apply(undone, { kind: 'redone' }))).toEqual([]);
  expect(ids(apply(undone, { kind: 'panel_added', panel: panel('c') }, { kind: 'redone' }))).toEqual(['b', 'c']);
  expect(isUnsaved(apply(undone, { kind: 'undone' }))).toBe(false);
});

test('typing is one step of undo', () => {
  const titled = (title: string): Edit => ({ kind: 'panel_changed', panel: { ...panel('a'), title } });
  const state = apply(beginEdit(draft(panel('a'))), titled('C'), titled('CP'), titled('CPU'), { kind: 'undone' });
  expect(state.draft.panels[0].title).toBe('a');
});

test('a layout that changes nothing is no edit', () => {
  const start = beginEdit(draft(panel('a')));
  expect(apply(start, { kind: 'panels_placed', placements: [{ id: 'a', x: 0, y: 0, w: 8, h: 9 }] })).toBe(start);
  const moved = apply(start, { kind: 'panels_placed', placements: [{ id: 'a', x: 4, y: 0, w: 8, h: 9 }] });
  expect(moved.draft.panels[0].grid.x).toBe(4);
});

test('saving keeps the way back, discarding goes to what was saved', () => {
  const edited = apply(beginEdit(draft(panel('a'))), { kind: 'panel_removed', id: 'a' });
  const saved = apply(edited, { kind: 'saved', saved: { ...edited.draft, version: 4 } });
  expect(isUnsaved(saved)).toBe(false);
  const back = apply(saved, { kind: 'undone' });
  expect(ids(back)).toEqual(['a']);
  expect(ids(apply(back, { kind: 'discarded' }))).toEqual([]);
});

test('undoing everything gives back the beginning, whatever was done', () => {
  const edit: fc.Arbitrary<Edit> = fc.oneof(
    fc.constantFrom('a', 'b', 'c').map((id): Edit => ({ kind: 'panel_removed', id })),
    fc.constantFrom('x', 'y').map((id): Edit => ({ kind: 'panel_added', panel: panel(id) })),
    fc.string().map((title): Edit => ({ kind: 'details_changed', details: { title } })),
    fc.constant<Edit>({ kind: 'undone' }),
    fc.constant<Edit>({ kind: 'redone' }),
  );
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 40 }), (edits) => {
      const start = beginEdit(draft(panel('a'), panel('b')));
      let state = apply(start, ...edits);
      for (let i = 0; i < edits.length; i++) state = applyEdit(state, { kind: 'undone' });
      expect(state.draft).toEqual(start.draft);
    }),
  );
});

test('the panel that the last edit removed is named until another edit follows or it is undone', () => {
  const removed = apply(beginEdit(draft(panel('a'), panel('b'))), { kind: 'panel_removed', id: 'a' });
  expect(lastRemoved(removed)?.id).toBe('a');
  expect(lastRemoved(apply(removed, { kind: 'undone' }))).toBe(null);
  expect(lastRemoved(apply(removed, { kind: 'panel_added', panel: panel('c') }))).toBe(null);
});
