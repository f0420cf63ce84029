'use client';

import type { InstantHistogram } from '@tidemark/rpc';
import classes from './explore.module.css';
import { histogramBars } from './histogram-bars.ts';

/** A native histogram in a table's row: its shape, how much was observed, and some quantiles. */
export function HistogramCell({ histogram }: { readonly histogram: InstantHistogram }) {
  const { count, sum, quantiles } = histogram;
  const told = [`count ${count}`, `sum ${sum}`, ...quantiles.map(({ share, value }) => `p${share * 100} ${value}`)];
  return (
    <span className={classes.histogram} title={told.join('\n')}>
      <svg className={classes.histogramBars} viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
        {histogramBars(histogram).map(({ x, y, width, height }) => (
          <rect key={x} x={x} y={y} width={width} height={height} />
        ))}
      </svg>
      <span className={classes.cell}>{told.join(' · ')}</span>
    </span>
  );
}
