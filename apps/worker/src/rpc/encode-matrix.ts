import type { QueryValue } from '@tidemark/promql';
import type { EncodedMatrix, InstantRow } from '@tidemark/rpc';
import type { Labels } from '@tidemark/tsdb/model';
import { formatValue } from '../http-api/number-format.ts';

/** The steps startMs, startMs + stepMs, … up to `endMs`. */
export interface Grid {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** A range query's value on its grid: NaN where there is no point (a NaN sample looks the same: there is nothing to draw). */
export function encodeMatrix(value: QueryValue, grid: Grid): EncodedMatrix {
  const count = Math.floor((grid.endMs - grid.startMs) / grid.stepMs) + 1;
  const series = value.kind === 'matrix' ? value.series : [];
  return {
    startMs: grid.startMs,
    stepMs: grid.stepMs,
    count,
    series: series.map(({ labels, times, values }) => {
      const column = new Float64Array(count).fill(Number.NaN);
      for (let i = 0; i < times.length; i++) column[(times[i] - grid.startMs) / grid.stepMs] = values[i];
      return { labels: labels.toObject(), values: base64(column) };
    }),
  };
}

export function emptyMatrix({ startMs, stepMs }: Omit<Grid, 'endMs'>): EncodedMatrix {
  return { startMs, stepMs, count: 0, series: [] };
}

/** An instant query's value as rows, at most `rowsMax` of them. */
export function instantRows(value: QueryValue, rowsMax: number): { readonly rows: InstantRow[]; readonly total: number } {
  switch (value.kind) {
    case 'scalar':
      return { rows: [{ labels: {}, atMs: value.atMs, value: formatValue(value.value) }], total: 1 };
    case 'string':
      return { rows: [{ labels: {}, atMs: value.atMs, value: value.value }], total: 1 };
    case 'vector': {
      const rows = value.samples.slice(0, rowsMax).map((sample) => row(sample.labels, value.atMs, sample.value));
      return { rows, total: value.samples.length };
    }
    case 'matrix': {
      const rows: InstantRow[] = [];
      let total = 0;
      for (const { labels, times, values } of value.series) {
        total += times.length;
        for (let i = 0; i < times.length && rows.length < rowsMax; i++) rows.push(row(labels, times[i], values[i]));
      }
      return { rows, total };
    }
  }
}

function row(labels: Labels, atMs: number, value: number): InstantRow {
  return { labels: labels.toObject(), atMs, value: formatValue(value) };
}

/** Little-endian, as the machines that run this are. */
function base64(column: Float64Array): string {
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('base64');
}
