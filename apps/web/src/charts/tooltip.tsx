'use client';

import type { Unit } from '@tidemark/rpc';
import { createPortal } from 'react-dom';
import type { Zone } from '../lib/time-range/civil.ts';
import { dateTimeText } from '../lib/time-range/describe.ts';
import { formatValue } from '../ui/format-value.ts';
import styles from './chart.module.css';
import { type TooltipContent, type TooltipRow, tooltipPlace } from './tooltip-rows.ts';

export interface TooltipProps {
  readonly content: TooltipContent;
  /** The pointer, in the window. */
  readonly x: number;
  readonly y: number;
  readonly pinned: boolean;
  readonly unit: Unit;
  readonly decimals: number | null;
  readonly zone: Zone;
}

export function Tooltip({ content, x, y, pinned, unit, decimals, zone }: TooltipProps) {
  const place = tooltipPlace({ x, y }, { width: window.innerWidth, height: window.innerHeight });
  return createPortal(
    <div className={styles.tooltip} style={place} data-pinned={pinned || undefined} role="tooltip">
      <div className={styles.tooltipHead}>
        <span>{dateTimeText(content.atMs, zone)}</span>
        <span>{pinned ? 'pinned · click to release' : zone === 'utc' ? 'UTC' : ''}</span>
      </div>
      <div className={styles.tooltipRows}>
        {content.rows.map((row) => {
          const { figure, suffix } = formatValue(row.value, unit, decimals);
          return (
            <div key={row.index} className={styles.tooltipRow} data-nearest={row.index === content.nearest || undefined}>
              <span className={styles.swatch} style={{ background: row.color }} />
              <span className={styles.name}>{row.name}</span>
              <span className={styles.number}>
                {figure}
                {suffix !== '' && <span className={styles.suffix}>{suffix}</span>}
                {row.spread !== null && <span className={styles.spread}>{spreadText(row.spread, unit, decimals)}</span>}
              </span>
            </div>
          );
        })}
      </div>
      {content.sources.map((source) => (
        <div key={source} className={styles.tooltipMore}>
          {source}
        </div>
      ))}
      {content.more > 0 && <div className={styles.tooltipMore}>and {content.more} more, all smaller</div>}
    </div>,
    document.body,
  );
}

/** `3.1 … 97 ⌀ 12`. */
function spreadText({ min, max, avg }: NonNullable<TooltipRow['spread']>, unit: Unit, decimals: number | null): string {
  const text = (value: number) => {
    const { figure, suffix } = formatValue(value, unit, decimals);
    return `${figure}${suffix}`;
  };
  return `${text(min)} … ${text(max)} ⌀ ${text(avg)}`;
}
