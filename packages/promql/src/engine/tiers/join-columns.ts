import { assert } from '@tidemark/base';
import type { Expr, ValueType } from '../../syntax/ast.ts';
import { typeOf } from '../../syntax/check.ts';
import { type Columns, emptySeries, type OpenSeries, type Steps } from '../columns.ts';
import type { QueryValue } from '../value.ts';

/** Answers at stretches of steps, one after the other, as one answer. */
export function joinColumns(parts: readonly { readonly from: number; readonly columns: Columns }[], count: number): Columns {
  if (parts.length === 1) return parts[0].columns;
  if (parts[0].columns.kind === 'scalar') {
    const values = new Float64Array(count);
    for (const { from, columns } of parts) if (columns.kind === 'scalar') values.set(columns.values, from);
    return { kind: 'scalar', values };
  }
  const found = new Map<string, OpenSeries>();
  for (const { from, columns } of parts) {
    assert(columns.kind === 'vector', 'a range query gives scalars or vectors, at all steps');
    for (const { labels, values, present, histograms } of columns.series) {
      const series = found.get(labels.key) ?? emptySeries(labels, count);
      found.set(labels.key, series);
      series.values.set(values, from);
      series.present.set(present, from);
      if (histograms === undefined) continue;
      series.histograms ??= [];
      for (const [i, histogram] of histograms.entries()) if (histogram !== undefined) series.histograms[from + i] = histogram;
    }
  }
  return { kind: 'vector', series: [...found.values()] };
}

/** What there is where nothing answers. */
export function noColumns(type: ValueType, { count }: Steps): Columns {
  return type === 'scalar' ? { kind: 'scalar', values: new Float64Array(count).fill(Number.NaN) } : { kind: 'vector', series: [] };
}

export function noValue(expr: Expr, atMs: number): QueryValue {
  switch (typeOf(expr)) {
    case 'scalar':
      return { kind: 'scalar', atMs, value: Number.NaN };
    case 'matrix':
      return { kind: 'matrix', series: [] };
    default:
      return { kind: 'vector', atMs, samples: [] };
  }
}
