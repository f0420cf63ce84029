'use client';

/**
 * The door to the charts: their code is a chunk of its own, fetched while the data is on its way. Not by Suspense, which waits up to
 * 300 ms after one fallback before it takes the next away.
 */
import { useEffect, useSyncExternalStore } from 'react';
import type { TimeSeriesChartProps } from './chart-props.ts';

export type { Annotation, PlotGeometry, TimeSeriesChartProps } from './chart-props.ts';

type View = typeof import('./time-series-view.tsx')['TimeSeriesView'];

let view: View | null = null;
let loading = false;
const listeners = new Set<() => void>();

export function TimeSeriesChart(props: TimeSeriesChartProps) {
  const TimeSeriesView = useSyncExternalStore(subscribe, loaded, notOnServer);
  if (TimeSeriesView === null) return <div style={{ height: props.height ?? '100%' }} />;
  return <TimeSeriesView {...props} />;
}

/** For pages that will draw: begins to fetch the charts' code beside the data. */
export function usePreloadedCharts(): void {
  useEffect(load, []);
}

const loaded = (): View | null => view;
const notOnServer = () => null;

function subscribe(listener: () => void): () => void {
  load();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What could not be fetched is fetched anew by the next chart. */
function load(): void {
  if (view !== null || loading) return;
  loading = true;
  import('./time-series-view.tsx').then(
    (module) => {
      view = module.TimeSeriesView;
      for (const listener of listeners) listener();
    },
    () => {
      loading = false;
    },
  );
}
