'use client';

import 'react-grid-layout/css/styles.css';
import type { Panel } from '@tidemark/rpc';
import { useMemo } from 'react';
import { GridLayout, type LayoutItem, useContainerWidth } from 'react-grid-layout';
import type { Placement } from './dashboard-edits.ts';
import styles from './dashboards.module.css';
import { DRAG_HANDLE, PanelView } from './panel.tsx';
import type { PanelAction } from './panel-menu.tsx';

export interface PanelGridProps {
  readonly panels: readonly Panel[];
  readonly editing: boolean;
  readonly selected: string | null;
  readonly onPlaced: (placements: readonly Placement[]) => void;
  readonly onAction: (id: string, action: PanelAction) => void;
}

export const COLUMNS = 24;
export const ROW_PX = 32;
const GAP_PX = 8;
/** Below this, panels stand under one another, in reading order, and cannot be moved. */
const NARROW_PX = 700;

export function PanelGrid({ panels, editing, selected, onPlaced, onAction }: PanelGridProps) {
  const { width, containerRef, mounted } = useContainerWidth();
  const narrow = width < NARROW_PX;
  const layout = useMemo(() => (narrow ? stacked(panels) : panels.map(itemOf)), [panels, narrow]);
  const movable = editing && !narrow;
  return (
    <div ref={containerRef} className={styles.grid}>
      {mounted && (
        <GridLayout
          width={width}
          layout={layout}
          gridConfig={{ cols: COLUMNS, rowHeight: ROW_PX, margin: [GAP_PX, GAP_PX], containerPadding: [0, 0] }}
          dragConfig={{ enabled: movable, handle: `.${DRAG_HANDLE}` }}
          resizeConfig={{ enabled: movable, handles: ['se'] }}
          onDragStop={(next) => onPlaced(next.map(placementOf))}
          onResizeStop={(next) => onPlaced(next.map(placementOf))}
        >
          {panels.map((panel) => (
            <div key={panel.id}>
              <PanelView panel={panel} movable={movable} selected={selected === panel.id} onAction={onAction} />
            </div>
          ))}
        </GridLayout>
      )}
    </div>
  );
}

function itemOf({ id, grid }: Panel): LayoutItem {
  return { i: id, ...grid, minW: 3, minH: 3 };
}

function placementOf({ i, x, y, w, h }: LayoutItem): Placement {
  return { id: i, x, y, w, h };
}

function stacked(panels: readonly Panel[]): LayoutItem[] {
  let y = 0;
  return [...panels]
    .sort((a, b) => a.grid.y - b.grid.y || a.grid.x - b.grid.x)
    .map(({ id, grid }) => {
      const item = { i: id, x: 0, y, w: COLUMNS, h: grid.h };
      y += grid.h;
      return item;
    });
}
