'use client';

import type { Panel } from '@tidemark/rpc';
import { memo, useEffect, useRef, useState } from 'react';
import { observeSight, observeSize } from '../../charts/element-observers.ts';
import type { QueryView } from '../../lib/query-view.ts';
import { StaleBadge } from '../../ui/stale-badge.tsx';
import styles from './dashboards.module.css';
import { Markdown } from './markdown.tsx';
import { PanelBody } from './panel-body.tsx';
import { type PanelAction, PanelMenu } from './panel-menu.tsx';
import { usePanelData } from './use-panel-data.ts';

export interface PanelViewProps {
  readonly panel: Panel;
  /** It can be dragged by its head. */
  readonly movable: boolean;
  readonly selected: boolean;
  readonly onAction: ((id: string, action: PanelAction) => void) | null;
}

export const DRAG_HANDLE = 'panel-drag-handle';

/** One panel: its head, and below it whatever state its data is in. */
export const PanelView = memo(function PanelView({ panel, movable, selected, onAction }: PanelViewProps) {
  const box = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(0);
  const [visible, setVisible] = useState(false);
  useEffect(() => observeSize(box.current as Element, (size) => setWidth(Math.round(size.width))), []);
  useEffect(() => observeSight(box.current as Element, setVisible), []);
  const data = usePanelData(panel, width, visible);

  return (
    <section
      ref={box}
      className={styles.panel}
      data-selected={selected || undefined}
      data-panel={panel.id}
      data-status={data.status}
      aria-label={panel.title}
    >
      <header className={movable ? `${styles.panelHead} ${DRAG_HANDLE}` : styles.panelHead} data-movable={movable || undefined}>
        <h2 className={styles.panelTitle} title={`${panel.title}${costText(data.views)}`}>
          {panel.title}
        </h2>
        <Notes views={data.views} />
        {data.status === 'stale' && <StaleBadge sinceMs={data.updatedAtMs} />}
        {onAction !== null && <PanelMenu title={panel.title} onAction={(action) => onAction(panel.id, action)} />}
        {data.refreshing && <div className={styles.progress} />}
      </header>
      {panel.kind === 'text' ? (
        <div className={styles.text}>
          <Markdown text={panel.text} />
        </div>
      ) : (
        <PanelBody panel={panel} data={data} />
      )}
    </section>
  );
});

function Notes({ views }: { views: readonly QueryView[] }) {
  const notes = [...new Set(views.flatMap((view) => view.notes))];
  if (notes.length === 0) return null;
  return (
    <span className={styles.note} title={notes.join('\n')}>
      {notes.length === 1 ? '1 note' : `${notes.length} notes`}
    </span>
  );
}

/** What the history cost, for the title's hover. */
function costText(views: readonly QueryView[]): string {
  const costs = views.flatMap(({ cost }) => (cost === null ? [] : [cost]));
  if (costs.length === 0) return '';
  const total = (field: 'elapsedMs' | 'series' | 'samples') => costs.reduce((sum, cost) => sum + cost[field], 0);
  const elapsed = total('elapsedMs');
  return `\n${elapsed < 10 ? elapsed.toFixed(1) : Math.round(elapsed)} ms, ${total('series').toLocaleString('en-US')} series, ${total('samples').toLocaleString('en-US')} samples`;
}
