'use client';

/** The door to the charts: their code is a chunk of its own, fetched while the data is on its way. */
import dynamic from 'next/dynamic';
import type { TimeSeriesChartProps } from './chart-props.ts';

export type { Annotation, PlotGeometry, TimeSeriesChartProps } from './chart-props.ts';

export const TimeSeriesChart = dynamic<TimeSeriesChartProps>(
  () => import('./time-series-view.tsx').then((module) => module.TimeSeriesView),
  {
    ssr: false,
  },
);
