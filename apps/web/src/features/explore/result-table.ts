import type { InstantRow, LabelSet } from '@tidemark/rpc';

/** An instant result as people read it: the labels that are the same everywhere once, the others as columns. */
export interface ResultTable {
  readonly shared: LabelSet;
  /** Names of the labels that tell the rows apart, the metric's name first. */
  readonly columns: readonly string[];
  readonly rows: readonly InstantRow[];
}

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

function byNameMetricFirst(a: string, b: string): number {
  if (a === '__name__') return -1;
  if (b === '__name__') return 1;
  return a < b ? -1 : 1;
}
