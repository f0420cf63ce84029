'use client';

import classes from './explore.module.css';
import type { ExplorePanel } from './explore-state.ts';
import { HistoryPanel } from './history-panel.tsx';
import { LabelBrowser } from './label-browser.tsx';
import { matcherText } from './matcher-text.ts';
import { MetricBrowser } from './metric-browser.tsx';
import type { QueryHistory } from './use-query-history.ts';

export interface SidePanelProps {
  readonly panel: ExplorePanel;
  readonly history: QueryHistory;
  /** Puts text at the cursor of the editor that was used last. */
  readonly onInsert: (textAfter: (before: string) => string) => void;
  readonly onPast: (expr: string) => void;
}

export function SidePanel({ panel, history, onInsert, onPast }: SidePanelProps) {
  return (
    <aside className={classes.side}>
      {panel === 'metrics' && <MetricBrowser onPick={(name) => onInsert(() => name)} />}
      {panel === 'labels' && <LabelBrowser onPick={(label, value) => onInsert((before) => matcherText(before, label, value))} />}
      {panel === 'history' && <HistoryPanel history={history} onPick={onPast} />}
    </aside>
  );
}
