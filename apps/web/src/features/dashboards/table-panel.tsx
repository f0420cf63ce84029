'use client';

import type { Panel } from '@tidemark/rpc';
import type { Frame } from '../../lib/frame.ts';
import { ValueText } from '../../ui/value-text.tsx';
import styles from './dashboards.module.css';
import { lastValue } from './panel-view.ts';
import { differingLabels } from './series-names.ts';

const ROWS_MAX = 200;

/** The newest value of each series, the largest first, with the labels that tell them apart. */
export function TablePanel({ panel, frame }: { panel: Panel; frame: Frame }) {
  const labels = frame.series.map((series) => series.labels);
  const columns = differingLabels(labels);
  const named = columns.length === 0 || panel.queries.some(({ legend }) => legend !== '');
  const rows = frame.series
    .map((series) => ({ series, value: lastValue(series.values) }))
    .sort((a, b) => (Number.isNaN(a.value) ? 1 : Number.isNaN(b.value) ? -1 : b.value - a.value));
  return (
    <div className={styles.tableBox}>
      <table className={styles.table}>
        <thead>
          <tr>
            {named ? <th>Series</th> : columns.map((name) => <th key={name}>{name === '__name__' ? 'metric' : name}</th>)}
            <th>Value</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, ROWS_MAX).map(({ series, value }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two series may have one name.
            <tr key={i}>
              {named ? (
                <td title={series.name}>{series.name}</td>
              ) : (
                columns.map((name) => (
                  <td key={name} title={series.labels[name]}>
                    {series.labels[name] ?? '–'}
                  </td>
                ))
              )}
              <td>
                <ValueText value={value} unit={panel.unit} decimals={panel.decimals} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > ROWS_MAX && <p className={styles.hint}>and {rows.length - ROWS_MAX} more rows, all smaller</p>}
    </div>
  );
}
