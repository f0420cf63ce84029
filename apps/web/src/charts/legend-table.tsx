'use client';

/** The legend: a virtual table. Click isolates, mod+click toggles, hover highlights. */
import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import type { Unit } from '@tidemark/rpc';
import { memo, useMemo, useRef } from 'react';
import type { Frame } from '../lib/frame.ts';
import { formatValue } from '../ui/format-value.ts';
import styles from './chart.module.css';
import { observeSize, type Size } from './element-observers.ts';
import { isolate, isShown, type Selection, toggle } from './selection.ts';
import { statsOf } from './series-values.ts';

const ROW_PX = 18;
const NARROW_PX = 320;
const COLUMNS = ['min', 'max', 'avg', 'last'] as const;

export interface LegendTableProps {
  readonly frame: Frame;
  readonly colors: readonly string[];
  readonly unit: Unit;
  readonly decimals: number | null;
  readonly selection: Selection;
  readonly width: number;
  readonly maxHeight: number;
  readonly onSelect: (selection: Selection) => void;
  readonly onHighlight: (index: number | null) => void;
}

export const LegendTable = memo(function LegendTable(props: LegendTableProps) {
  const { frame, colors, selection } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const narrow = props.width < NARROW_PX;
  const columns = narrow ? (['last'] as const) : COLUMNS;
  const height = Math.min(props.maxHeight, (frame.series.length + 1) * ROW_PX);
  const rows = useVirtualizer<HTMLDivElement, Element>({
    count: frame.series.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 4,
    initialRect: { width: props.width, height },
    observeElementRect,
    scrollToFn: leaveScrolled,
  });
  const names = useMemo(() => frame.series.map(({ name }) => name), [frame]);

  return (
    <div
      ref={scroller}
      className={styles.legend}
      data-narrow={narrow || undefined}
      style={{ height, '--legend-number': '60px' } as React.CSSProperties}
      onPointerLeave={() => props.onHighlight(null)}
    >
      <div className={styles.legendHead}>
        <span>{frame.series.length === 1 ? '' : `${frame.series.length} series`}</span>
        {columns.map((column) => (
          <span key={column} className={styles.number}>
            {column}
          </span>
        ))}
      </div>
      <div className={styles.legendBody} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const series = frame.series[index];
          const stats = statsOf(series.values);
          return (
            <button
              key={index}
              type="button"
              className={styles.legendRow}
              data-off={!isShown(selection, series.name) || undefined}
              style={{ top: start }}
              title={series.name}
              onPointerEnter={() => props.onHighlight(index)}
              onClick={(event) =>
                props.onSelect(event.metaKey || event.ctrlKey ? toggle(selection, series.name, names) : isolate(selection, series.name))
              }
            >
              <span className={styles.legendName}>
                <span className={styles.swatch} style={{ background: colors[index] }} />
                <span className={styles.name}>{series.name}</span>
              </span>
              {columns.map((column) => {
                const { figure, suffix } = formatValue(stats[column], props.unit, props.decimals);
                return (
                  <span key={column} className={styles.number}>
                    {figure}
                    {suffix !== '' && <span className={styles.suffix}>{suffix}</span>}
                  </span>
                );
              })}
            </button>
          );
        })}
      </div>
    </div>
  );
});

/** By the page's one observer: to be measured at once makes the browser lay out the page for each legend. */
function observeElementRect({ scrollElement }: Virtualizer<HTMLDivElement, Element>, tell: (size: Size) => void) {
  return scrollElement === null ? undefined : observeSize(scrollElement, tell);
}

/** Nothing but the reader scrolls it: to be scrolled to its beginning when it is made costs a layout too. */
function leaveScrolled(): void {}
