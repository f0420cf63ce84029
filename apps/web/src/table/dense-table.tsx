'use client';

import { useMediaQuery } from '@mantine/hooks';
import { type ColumnDef, createSortedRowModel, rowSortingFeature, tableFeatures, useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useMemo, useRef } from 'react';
import { compareCells, type SortValue } from './compare-cells.ts';
import classes from './dense-table.module.css';

/**
 * The table of every list: dense, its heading in place while it scrolls, only the rows in sight in the document. Widths are of
 * the columns and never of the rows, so that nothing shifts while one scrolls or values change.
 */
export interface DenseColumn<Row> {
  readonly id: string;
  readonly head: string;
  readonly cell: (row: Row) => ReactNode;
  /** Gives the column an order; clicking its heading sorts by it. */
  readonly sortBy?: (row: Row) => SortValue;
  /** CSS width; without one the column shares what is left. */
  readonly width?: string;
  readonly align?: 'right';
  /** Left out on windows that are narrower: a phone's, or one beside another. */
  readonly from?: 'tablet' | 'desktop';
}

export interface DenseTableProps<Row> {
  /** What a screen reader calls it. */
  readonly label: string;
  readonly columns: readonly DenseColumn<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Of the scrolled part; `none` for tables that are known to be short. */
  readonly maxHeight: string;
}

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

const ROW_PX = 30;

export function DenseTable<Row extends object>({ label, columns, rows, rowKey, maxHeight }: DenseTableProps<Row>) {
  const tablet = useMediaQuery('(min-width: 700px)', true);
  const desktop = useMediaQuery('(min-width: 1150px)', true);
  const shown = useMemo(
    () => columns.filter(({ from }) => from === undefined || (from === 'tablet' ? tablet : desktop)),
    [columns, tablet, desktop],
  );
  const definitions = useMemo(() => shown.map((column) => definitionOf(column)), [shown]);
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable({ features, columns: definitions, data, getRowId: rowKey });
  const sorted = table.getRowModel().rows;

  const scroller = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    getItemKey: (at) => sorted[at].id,
  });
  const items = virtual.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section ref={scroller} className={classes.scroller} style={{ maxHeight }} tabIndex={0} aria-label={label}>
      <table className={classes.table} aria-rowcount={sorted.length + 1}>
        <colgroup>
          {shown.map((column) => (
            <col key={column.id} style={{ width: column.width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {table.getHeaderGroups()[0].headers.map((header, at) => (
              <th key={header.id} scope="col" data-align={shown[at].align} aria-sort={ariaSort(header.column.getIsSorted())}>
                {header.column.getCanSort() ? (
                  <button type="button" className={classes.sort} onClick={() => header.column.toggleSorting()}>
                    {shown[at].head}
                    <span aria-hidden className={classes.arrow}>
                      {ARROWS[header.column.getIsSorted() || 'none']}
                    </span>
                  </button>
                ) : (
                  shown[at].head
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 && <Space height={above} />}
          {items.map((item) => (
            <tr key={item.key} data-index={item.index} ref={virtual.measureElement} aria-rowindex={item.index + 2}>
              {shown.map((column) => (
                <td key={column.id} data-align={column.align}>
                  {column.cell(sorted[item.index].original)}
                </td>
              ))}
            </tr>
          ))}
          {below > 0 && <Space height={below} />}
        </tbody>
      </table>
    </section>
  );
}

const ARROWS = { asc: '↑', desc: '↓', none: '' } as const;

function ariaSort(sorted: false | 'asc' | 'desc'): 'ascending' | 'descending' | undefined {
  return sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : undefined;
}

function definitionOf<Row extends object>(column: DenseColumn<Row>): ColumnDef<typeof features, Row> {
  const { id, sortBy } = column;
  if (sortBy === undefined) return { id, enableSorting: false };
  return {
    id,
    accessorFn: sortBy,
    sortFn: (a, b) => compareCells(sortBy(a.original), sortBy(b.original)),
    sortDescFirst: column.align === 'right',
  };
}

/** Stands for the rows that are not in the document. */
function Space({ height }: { readonly height: number }) {
  return (
    <tr aria-hidden>
      <td className={classes.space} style={{ height }} />
    </tr>
  );
}
