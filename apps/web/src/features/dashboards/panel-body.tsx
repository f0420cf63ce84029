'use client';

import type { Panel, QueryProblem } from '@tidemark/rpc';
import { memo, useEffect, useMemo, useState } from 'react';
import { TimeSeriesChart } from '../../charts/time-series-chart.tsx';
import type { Frame } from '../../lib/frame.ts';
import type { QueryStatus } from '../../lib/query-view.ts';
import type { ResolvedRange } from '../../lib/time-range/range.ts';
import { useTimeActions } from '../../lib/time-range/use-time-range.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import styles from './dashboards.module.css';
import { EmptyReason } from './empty-reason.tsx';
import { StatPanel } from './stat-panel.tsx';
import { TablePanel } from './table-panel.tsx';

export interface PanelBodyProps {
  readonly panel: Panel;
  readonly status: QueryStatus;
  readonly frame: Frame | null;
  readonly problem: QueryProblem | null;
}

/** Loading, empty and problem are shown here and nowhere else; what was there before stays in sight. */
export const PanelBody = memo(function PanelBody({ panel, status, frame, problem }: PanelBodyProps) {
  if (panel.queries.every(({ expr }) => expr.trim() === '')) {
    return (
      <EmptyState compact title="No query yet">
        Write an expression in the panel's editor.
      </EmptyState>
    );
  }
  const shown = frame !== null && frame.series.length > 0 ? <Content panel={panel} frame={frame} /> : null;
  if (problem !== null) {
    const title = problem.kind === 'bad_expression' ? 'The expression has a mistake' : 'The query failed';
    if (shown === null) return <ErrorState compact title={title} message={problem.message} />;
    return (
      <div className={styles.panelBody} data-problem>
        <div className={styles.over} role="alert" title={problem.message}>
          {problem.message}
        </div>
        <div className={styles.under}>{shown}</div>
      </div>
    );
  }
  if (shown !== null) return <div className={styles.panelBody}>{shown}</div>;
  if (status === 'empty') return <EmptyReason exprs={panel.queries.map(({ expr }) => expr)} known={panel.emptyText} />;
  return <Loading />;
});

function Content({ panel, frame }: { panel: Panel; frame: Frame }) {
  const time = useTimeActions();
  const zoom = useMemo(
    () => ({
      in: ({ fromMs, toMs }: ResolvedRange) => time.setRange({ kind: 'absolute', fromMs, toMs }),
      back: () => {
        if (!time.back()) time.zoomOut();
      },
    }),
    [time],
  );
  switch (panel.kind) {
    case 'stat':
      return <StatPanel panel={panel} frame={frame} />;
    case 'table':
      return <TablePanel panel={panel} frame={frame} />;
    default:
      return (
        <TimeSeriesChart
          frame={frame}
          unit={panel.unit}
          decimals={panel.decimals}
          min={panel.min}
          max={panel.max}
          stacked={panel.stacked}
          thresholds={panel.thresholds}
          onZoom={zoom.in}
          onZoomBack={zoom.back}
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
