'use client';

import { useElementSize } from '@mantine/hooks';
import type { RulePreview } from '@tidemark/rpc';
import Link from 'next/link';
import { useEffect, useMemo, useState } from 'react';
import { TimeSeriesChart } from '../../charts/time-series-chart.tsx';
import { useTimeRange } from '../../lib/time-range/use-time-range.ts';
import { useLiveQuery } from '../../lib/use-live-query.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { StaleBadge } from '../../ui/stale-badge.tsx';
import classes from './rule-editor.module.css';
import { thresholdExtent } from './threshold-extent.ts';
import { ThresholdOverlay } from './threshold-overlay.tsx';

export interface ThresholdChartProps {
  readonly expr: string;
  readonly valid: boolean;
  readonly preview: RulePreview | undefined;
  /** The expression with its threshold moved. */
  readonly onExpr: (expr: string) => void;
}

const HEIGHT_PX = 280;

/** The left side of the rule's comparison over the page's range, with the threshold on it. */
export function ThresholdChart({ expr, valid, preview, onExpr }: ThresholdChartProps) {
  const { ref, width } = useElementSize();
  const { resolved, live, setRange, back } = useTimeRange();
  const threshold = preview?.kind === 'preview' ? preview.threshold : null;
  const drawn = threshold?.expr ?? expr;
  const view = useLiveQuery({ expr: drawn, range: resolved, live, widthPx: width, enabled: valid && preview !== undefined });
  const extent = useMemo(() => thresholdExtent(view.frame, threshold?.value ?? null), [view.frame, threshold?.value]);
  const withThreshold = useThresholdEdit();
  const movable = threshold !== null && withThreshold?.(expr, threshold.value) != null;

  return (
    <div ref={ref} className={classes.chart} style={{ minHeight: HEIGHT_PX }}>
      {expr.trim() === '' ? (
        <EmptyState title="The expression is drawn here" compact>
          With its threshold on the data, over the range chosen above.
        </EmptyState>
      ) : view.status === 'problem' && view.frame === null ? (
        <ErrorState title="It cannot be drawn" message={view.problem?.message ?? ''} compact />
      ) : view.frame === null ? (
        <div aria-busy="true" />
      ) : view.status === 'empty' ? (
        <EmptyState title="No data in this range" compact>
          The expression is right, and gives nothing here. Choose a longer range, or{' '}
          <Link href={`/explore?v=1&q=${encodeURIComponent(drawn)}`}>ask Explore why</Link>.
        </EmptyState>
      ) : (
        <>
          {view.status === 'stale' && <StaleBadge sinceMs={view.updatedAtMs} />}
          <TimeSeriesChart
            frame={view.frame}
            height={HEIGHT_PX}
            min={extent?.min}
            max={extent?.max}
            onZoom={(range) => setRange({ kind: 'absolute', ...range })}
            onZoomBack={back}
            overlay={(plot) =>
              threshold !== null && (
                <ThresholdOverlay
                  plot={plot}
                  operator={threshold.operator}
                  value={threshold.value}
                  onMove={movable ? (value) => onExpr(withThreshold(expr, value) ?? expr) : null}
                />
              )
            }
          />
        </>
      )}
    </div>
  );
}

/** The grammar is in the editor's chunk: null until it is there. */
function useThresholdEdit(): ((expr: string, value: number) => string | null) | null {
  const [edit, setEdit] = useState<((expr: string, value: number) => string | null) | null>(null);
  useEffect(() => {
    void import('../../editor/expression.ts').then((module) => setEdit(() => module.withThreshold));
  }, []);
  return edit;
}
