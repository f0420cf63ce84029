'use client';

import type { Panel } from '@tidemark/rpc';
import { memo, useEffect, useRef, useState } from 'react';
import { observeSight, observeSize } from '../../charts/element-observers.ts';
import type { QueryView } from '../../lib/query-view.ts';
import { formatText } from '../../ui/format-value.ts';
import { StaleBadge } from '../../ui/stale-badge.tsx';
import styles from './dashboards.module.css';
import { Markdown } from './markdown.tsx';
import { PanelBody } from './panel-body.tsx';
import { type PanelAction, PanelMenu } from './panel-menu.tsx';
import { type PanelData, usePanelData } from './use-panel-data.ts';

export interface PanelViewProps {
  readonly panel: Panel;
  /** It can be dragged by its head. */
  readonly movable: boolean;
  readonly selected: boolean;
  readonly onAction: ((id: string, action: PanelAction) => void) | null;
}

const ANNOUNCED_AFTER_MS = 200;

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
      <PanelHead
        id={panel.id}
        title={panel.title}
        cost={costText(data.views)}
        notes={notesText(data.views)}
        staleSinceMs={staleSinceMs(data)}
        refreshing={useLasting(data.refreshing)}
        movable={movable}
        onAction={onAction}
      />
      {panel.kind === 'text' ? (
        <div className={styles.text}>
          <Markdown text={panel.text} />
        </div>
      ) : (
        <PanelBody panel={panel} status={data.status} frame={data.frame} problem={data.problem} />
      )}
    </section>
  );
});

interface PanelHeadProps {
  readonly id: string;
  readonly title: string;
  readonly cost: string;
  readonly notes: string;
  readonly staleSinceMs: number | null;
  readonly refreshing: boolean;
  readonly movable: boolean;
  readonly onAction: PanelViewProps['onAction'];
}

/** Stands still while the data below it moves. */
const PanelHead = memo(function PanelHead({ id, title, cost, notes, staleSinceMs, refreshing, movable, onAction }: PanelHeadProps) {
  return (
    <header className={movable ? `${styles.panelHead} ${DRAG_HANDLE}` : styles.panelHead} data-movable={movable || undefined}>
      <h2 className={styles.panelTitle} title={title + cost}>
        {title}
      </h2>
      {notes !== '' && (
        <span className={styles.note} title={notes}>
          note
        </span>
      )}
      {staleSinceMs !== null && <StaleBadge sinceMs={staleSinceMs} />}
      {onAction !== null && <PanelMenu id={id} title={title} onAction={onAction} />}
      {refreshing && <div className={styles.progress} />}
    </header>
  );
});

/** What comes within a moment is not announced: a line that flashes tells nothing. */
function useLasting(now: boolean): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!now) return;
    const timer = setTimeout(() => setLasting(true), ANNOUNCED_AFTER_MS);
    return () => {
      clearTimeout(timer);
      setLasting(false);
    };
  }, [now]);
  return lasting;
}

/** What stands under a problem is as old as what has stopped moving. */
function staleSinceMs({ status, frame, updatedAtMs }: PanelData): number | null {
  const outdated = status === 'stale' || (status === 'problem' && frame !== null && frame.series.length > 0);
  return outdated ? updatedAtMs : null;
}

function notesText(views: readonly QueryView[]): string {
  return [...new Set(views.flatMap((view) => view.notes))].join('\n');
}

/** What the history cost, for the title's hover. */
function costText(views: readonly QueryView[]): string {
  const costs = views.flatMap(({ cost }) => (cost === null ? [] : [cost]));
  if (costs.length === 0) return '';
  const total = (field: 'elapsedMs' | 'series' | 'samples') => costs.reduce((sum, cost) => sum + cost[field], 0);
  const elapsed = total('elapsedMs');
  return `\n${elapsed < 10 ? elapsed.toFixed(1) : Math.round(elapsed)} ms, ${formatText(total('series'), 'count')} series, ${formatText(total('samples'), 'count')} samples`;
}
