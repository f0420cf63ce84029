import { parse } from '@tidemark/promql';
import { DashboardDraft } from '@tidemark/rpc';
import { expect, test } from 'vitest';
import { BUILTIN_DASHBOARDS } from './builtin.ts';

test.each(BUILTIN_DASHBOARDS.map((draft) => [draft.id, draft] as const))('the dashboard %s is a good one', (_id, draft) => {
  expect(DashboardDraft.parse(draft)).toEqual(draft);
  expect(new Set(draft.panels.map((panel) => panel.id)).size).toBe(draft.panels.length);
});

test.each(
  BUILTIN_DASHBOARDS.flatMap((draft) =>
    draft.panels.flatMap((panel) => panel.queries.map((query) => [draft.id, panel.id, query.expr] as const)),
  ),
)('%s, %s: %s parses', (_dashboard, _panel, expr) => {
  expect(() => parse(expr.replaceAll('$__rate_interval', '4s').replaceAll('$__interval', '1s'))).not.toThrow();
});

test.each(BUILTIN_DASHBOARDS.map((draft) => [draft.id, draft] as const))('the panels of %s lie beside each other', (_id, draft) => {
  const taken = new Set<string>();
  for (const { grid } of draft.panels) {
    expect(grid.x + grid.w).toBeLessThanOrEqual(24);
    for (let x = grid.x; x < grid.x + grid.w; x++) {
      for (let y = grid.y; y < grid.y + grid.h; y++) {
        expect(taken).not.toContain(`${x},${y}`);
        taken.add(`${x},${y}`);
      }
    }
  }
});
