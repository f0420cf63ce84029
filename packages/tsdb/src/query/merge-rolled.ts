import type { Labels } from '../model/labels.ts';
import { copyWindows } from '../rollup/copy-windows.ts';
import { mergeWindows } from '../rollup/merge-windows.ts';
import type { RolledColumns } from '../rollup/rolled-columns.ts';
import type { RolledHistogram } from '../rollup/rolled-histogram.ts';
import type { Sketch } from '../rollup/sketch.ts';
import type { QueryBudget } from './budget.ts';
import type { Queryable, RolledRequest } from './queryable.ts';
import { visitWindows } from './visit-windows.ts';

/**
 * The windows of several places as those of one: a series may have moved from one to another, in the middle of a window; and where one place
 * has stored them another may have to make them of raw samples.
 */
export async function visitAll(
  places: readonly Queryable[],
  request: RolledRequest,
  budget: QueryBudget,
  visit: (labels: Labels, windows: RolledColumns) => void,
): Promise<void> {
  const found = new Map<string, { readonly labels: Labels; readonly parts: RolledColumns[] }>();
  for (const place of places) {
    await visitWindows(place, { ...request, kind: 'gauge', leavesOutSlow: false }, budget, (labels, windows) => {
      const series = found.get(labels.key) ?? { labels, parts: [] };
      found.set(labels.key, series);
      series.parts.push(copyWindows(windows));
    });
  }
  for (const { labels, parts } of found.values()) {
    await budget.breathe();
    visit(labels, parts.length === 1 ? parts[0] : mergeWindows(inOrder(parts), request.widthMs));
  }
}

/** All windows, rising; two with the same end follow each other as their samples do. */
function inOrder(parts: readonly RolledColumns[]): RolledColumns {
  const rows = parts.flatMap((windows) => Array.from({ length: windows.length }, (_, at) => ({ windows, at })));
  rows.sort((a, b) => a.windows.endMs[a.at] - b.windows.endMs[b.at] || a.windows.firstMs[a.at] - b.windows.firstMs[b.at]);
  const kept = (name: 'resetCorrection' | 'resets' | 'changes' | 'deviation') =>
    parts.every((windows) => windows[name] === null)
      ? null
      : Float64Array.from(rows, ({ windows, at }) => windows[name]?.[at] ?? Number.NaN);
  const column = (name: 'endMs' | 'count' | 'firstMs' | 'lastMs' | 'first' | 'last' | 'min' | 'max' | 'sum') =>
    Float64Array.from(rows, ({ windows, at }) => windows[name][at]);
  const hasHistograms = parts.some(({ histograms }) => histograms !== null);
  const hasSketches = parts.some(({ sketches }) => sketches !== null);
  return {
    widthMs: parts[0].widthMs,
    length: rows.length,
    endMs: column('endMs'),
    count: column('count'),
    firstMs: column('firstMs'),
    lastMs: column('lastMs'),
    first: column('first'),
    last: column('last'),
    min: column('min'),
    max: column('max'),
    sum: column('sum'),
    sumIsExact: parts.every(({ sumIsExact }) => sumIsExact),
    resetCorrection: kept('resetCorrection'),
    resets: kept('resets'),
    changes: kept('changes'),
    deviation: kept('deviation'),
    sketches: hasSketches ? rows.map(({ windows, at }): Sketch | null => windows.sketches?.[at] ?? null) : null,
    histograms: hasHistograms ? rows.map(({ windows, at }): RolledHistogram | null => windows.histograms?.[at] ?? null) : null,
    staleAtEnd: Uint8Array.from(rows, ({ windows, at }) => windows.staleAtEnd[at]),
    staleEndMs: Float64Array.from(parts.flatMap(({ staleEndMs }) => [...staleEndMs])).sort(),
  };
}
