'use client';

/** The door to the charts: their code is a chunk of its own, fetched while the data is on its way. */
import { lazy, Suspense, useEffect } from 'react';
import type { TimeSeriesChartProps } from './chart-props.ts';

export type { Annotation, PlotGeometry, TimeSeriesChartProps } from './chart-props.ts';

const load = () => import('./time-series-view.tsx').then((module) => ({ default: module.TimeSeriesView }));
const TimeSeriesView = lazy(load);

export function TimeSeriesChart(props: TimeSeriesChartProps) {
  return (
    <Suspense fallback={<div style={{ height: props.height ?? '100%' }} />}>
      <TimeSeriesView {...props} />
    </Suspense>
  );
}

/** For pages that will draw: begins to fetch the charts' code beside the data. */
export function usePreloadedCharts(): void {
  useEffect(() => {
    void load();
  }, []);
}
