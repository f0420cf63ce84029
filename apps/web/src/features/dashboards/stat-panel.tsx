'use client';

import type { Panel, Threshold } from '@tidemark/rpc';
import type { Frame } from '../../lib/frame.ts';
import { formatValue } from '../../ui/format-value.ts';
import styles from './dashboards.module.css';
import { lastValue, sparkline, thresholdState } from './panel-view.ts';

/** More figures than this cannot be read at a glance: a table can. */
const FIGURES_MAX = 24;
const WORDS: Record<Threshold['state'], string> = { ok: 'OK', warning: 'warning', critical: 'critical' };

/** The newest value of each series, large, over the way it took. */
export function StatPanel({ panel, frame }: { panel: Panel; frame: Frame }) {
  const shown = frame.series.slice(0, FIGURES_MAX);
  const many = shown.length > 2;
  return (
    <div className={styles.stats} data-many={many || undefined}>
      {shown.map((series, i) => {
        const value = lastValue(series.values);
        const { figure, suffix } = formatValue(value, panel.unit, panel.decimals);
        const state = thresholdState(value, panel.thresholds);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: two series may have one name.
          <div key={i} className={styles.stat} data-state={state ?? undefined} title={series.name}>
            <span className={styles.statFigure}>
              {figure}
              {suffix !== '' && <span className={styles.statSuffix}>{suffix}</span>}
            </span>
            <span className={styles.statName}>
              {(shown.length > 1 || panel.queries[0]?.legend !== '') && series.name}
              {state !== null && state !== 'ok' && <span className={styles.statWord}> {WORDS[state]}</span>}
            </span>
            <svg className={styles.spark} viewBox="0 0 200 40" preserveAspectRatio="none" aria-hidden="true">
              <path
                d={sparkline(series.values, 200, 40)}
                fill="none"
                stroke="var(--tm-accent)"
                strokeWidth="1.5"
                vectorEffect="non-scaling-stroke"
              />
            </svg>
          </div>
        );
      })}
    </div>
  );
}
