'use client';

import type { Panel } from '@tidemark/rpc';
import { useEffect, useState } from 'react';
import { TimeSeriesChart } from '../../charts/time-series-chart.tsx';
import { useTimeRange } from '../../lib/time-range/use-time-range.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import styles from './dashboards.module.css';
import { EmptyReason } from './empty-reason.tsx';
import { StatPanel } from './stat-panel.tsx';
import { TablePanel } from './table-panel.tsx';
import type { PanelData } from './use-panel-data.ts';

/** Loading, empty and problem are shown here and nowhere else; what was there before stays in sight. */
export function PanelBody({ panel, data }: { panel: Panel; data: PanelData }) {
  if (panel.queries.every(({ expr }) => expr.trim() === '')) {
    return (
      <EmptyState compact title="No query yet">
        Write an expression in the panel's editor.
      </EmptyState>
    );
  }
  const hasData = data.frame !== null && data.frame.series.length > 0;
  const problem = data.views.find((view) => view.problem !== null)?.problem ?? null;
  if (problem !== null) {
    const title = problem.kind === 'bad_expression' ? 'The expression has a mistake' : 'The query failed';
    if (!hasData) return <ErrorState compact title={title} message={problem.message} />;
    return (
      <div className={styles.panelBody} data-problem>
        <div className={styles.over} role="alert" title={problem.message}>
          {problem.message}
        </div>
        <div className={styles.under}>
          <Content panel={panel} data={data} />
        </div>
      </div>
    );
  }
  if (hasData) {
    return (
      <div className={styles.panelBody}>
        <Content panel={panel} data={data} />
      </div>
    );
  }
  if (data.status === 'empty') return <EmptyReason exprs={panel.queries.map(({ expr }) => expr)} />;
  return <Loading />;
}

function Content({ panel, data }: { panel: Panel; data: PanelData }) {
  const time = useTimeRange();
  if (data.frame === null) return null;
  switch (panel.kind) {
    case 'stat':
      return <StatPanel panel={panel} frame={data.frame} />;
    case 'table':
      return <TablePanel panel={panel} frame={data.frame} />;
    default:
      return (
        <TimeSeriesChart
          frame={data.frame}
          unit={panel.unit}
          decimals={panel.decimals}
          min={panel.min}
          max={panel.max}
          stacked={panel.stacked}
          thresholds={panel.thresholds}
          onZoom={({ fromMs, toMs }) => time.setRange({ kind: 'absolute', fromMs, toMs })}
          onZoomBack={() => {
            if (!time.back()) time.zoomOut();
          }}
        />
      );
  }
}

/** What comes within a moment is not announced. */
function Loading() {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 400);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={styles.loading} aria-busy="true">
      {slow && 'Loading…'}
    </div>
  );
}
