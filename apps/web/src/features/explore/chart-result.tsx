'use client';

import { useElementSize } from '@mantine/hooks';
import { TimeSeriesChart } from '../../charts/time-series-chart.tsx';
import { type Frame, mergeFrames } from '../../lib/frame.ts';
import { useTimeRange } from '../../lib/time-range/use-time-range.ts';
import { useLiveQueries } from '../../lib/use-live-query.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { StaleBadge } from '../../ui/stale-badge.tsx';
import classes from './explore.module.css';
import { askedQueries, type ExploreState } from './explore-state.ts';
import { ResultNotes } from './result-notes.tsx';
import { WhyEmpty } from './why-empty-view.tsx';

export interface ResultProps {
  readonly state: ExploreState;
  /** With an expression that was put right. */
  readonly onRun: (state: ExploreState) => void;
}

const HEIGHT_PX = 460;

/** All queries in one chart; what went wrong with one of them stands in its own line. */
export function ChartResult({ state, onRun }: ResultProps) {
  const { ref, width } = useElementSize();
  const { resolved, live, setRange, back } = useTimeRange();
  const asked = askedQueries(state);
  const { resolution } = state;
  // New points are made of raw samples: where something else is asked for they would not belong.
  const grows = live && resolution === 'auto';
  const views = useLiveQueries(asked.map(({ expr }) => ({ expr, range: resolved, live: grows, widthPx: width, resolution, spread: true })));
  const frame = mergeFrames(views.map((view) => view.frame).filter((one): one is Frame => one !== null && one.series.length > 0));
  const stale = views.find((view) => view.status === 'stale');
  return (
    <div ref={ref} className={classes.result}>
      <ResultNotes rows={asked.map(({ id }, at) => ({ id, ...views[at] }))} />
      {stale !== undefined && <StaleBadge sinceMs={stale.updatedAtMs} />}
      {asked.map(({ id, expr }, at) => {
        const { status, problem } = views[at];
        if (status === 'problem') return <ErrorState key={id} title={`${id} did not work`} message={problem?.message ?? ''} compact />;
        return status === 'empty' ? <WhyEmpty key={id} id={id} expr={expr} state={state} onRun={onRun} /> : null;
      })}
      {frame !== null ? (
        <TimeSeriesChart frame={frame} height={HEIGHT_PX} onZoom={(range) => setRange({ kind: 'absolute', ...range })} onZoomBack={back} />
      ) : (
        views.some((view) => view.status === 'loading') && <div style={{ height: HEIGHT_PX }} aria-busy="true" />
      )}
    </div>
  );
}
