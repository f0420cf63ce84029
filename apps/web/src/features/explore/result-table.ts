import type { InstantRow, LabelSet } from '@tidemark/rpc';

/** An instant result as people read it: the labels that are the same everywhere once, the others as columns. */
export interface ResultTable {
  readonly shared: LabelSet;
  /** Names of the labels that tell the rows apart, the metric's name first. */
  readonly columns: readonly string[];
  readonly rows: readonly InstantRow[];
}

export type ResultOrder = { readonly by: string; readonly descending: boolean } | null;

/** The column of the value; no label can have this name. */
export const VALUE = '=';

export function resultTable(rows: readonly InstantRow[]): ResultTable {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row.labels)))].sort(byNameMetricFirst);
  const shared: Record<string, string> = {};
  const columns: string[] = [];
  for (const name of names) {
    const first = rows[0]!.labels[name];
    // A single row has nothing to be told apart from: its labels are its columns.
    if (rows.length > 1 && first !== undefined && rows.every((row) => row.labels[name] === first)) shared[name] = first;
    else columns.push(name);
  }
  return { shared, columns, rows };
}

/** Stable; without an order the rows stay as the query gave them (`sort`, `topk`). */
export function orderRows(rows: readonly InstantRow[], order: ResultOrder): readonly InstantRow[] {
  if (order === null) return rows;
  const sign = order.descending ? -1 : 1;
  if (order.by === VALUE) return rows.toSorted((a, b) => sign * compareValues(Number(a.value), Number(b.value)));
  return rows.toSorted((a, b) => sign * (a.labels[order.by] ?? '').localeCompare(b.labels[order.by] ?? '', 'en', { numeric: true }));
}

/** NaN below everything, so that it never sits in the middle. */
function compareValues(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
  return a === b ? 0 : a - b;
}

function byNameMetricFirst(a: string, b: string): number {
  if (a === '__name__') return -1;
  if (b === '__name__') return 1;
  return a < b ? -1 : 1;
}
