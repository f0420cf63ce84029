import type { Panel, Threshold, Unit } from '@tidemark/rpc';

/** Dashboards written as rows of panels; the grid's numbers follow from them. */
export interface PanelSketch {
  readonly id: string;
  readonly title: string;
  readonly kind?: Panel['kind'];
  readonly queries: readonly (string | readonly [expr: string, legend: string])[];
  readonly unit: Unit;
  readonly decimals?: number;
  readonly max?: number;
  readonly stacked?: boolean;
  readonly thresholds?: readonly Threshold[];
  readonly emptyText?: string;
}

export interface Row {
  /** In rows of the grid, 32 px each. */
  readonly height: number;
  /** Beside each other, in equal parts of the 24 columns. */
  readonly panels: readonly PanelSketch[];
}

const COLUMNS = 24;

export function layOut(rows: readonly Row[]): Panel[] {
  const panels: Panel[] = [];
  let y = 0;
  for (const { height, panels: sketches } of rows) {
    for (const [i, sketch] of sketches.entries()) {
      const x = Math.floor((COLUMNS * i) / sketches.length);
      const w = Math.floor((COLUMNS * (i + 1)) / sketches.length) - x;
      panels.push(panelOf(sketch, { x, y, w, h: height }));
    }
    y += height;
  }
  return panels;
}

function panelOf(sketch: PanelSketch, grid: Panel['grid']): Panel {
  return {
    id: sketch.id,
    title: sketch.title,
    kind: sketch.kind ?? 'timeseries',
    queries: sketch.queries.map((query) =>
      typeof query === 'string' ? { expr: query, legend: '' } : { expr: query[0], legend: query[1] },
    ),
    unit: sketch.unit,
    decimals: sketch.decimals ?? null,
    min: 0, // Nothing of what they show falls below it.
    max: sketch.max ?? null,
    stacked: sketch.stacked ?? false,
    thresholds: [...(sketch.thresholds ?? [])],
    text: '',
    emptyText: sketch.emptyText ?? '',
    grid,
  };
}
