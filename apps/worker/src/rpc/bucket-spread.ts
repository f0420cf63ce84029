import type { MatrixSeries } from '@tidemark/promql';
import { type Expr, format, unwrap } from '@tidemark/promql/syntax';
import { type Labels, METRIC_NAME } from '@tidemark/tsdb/model';
import type { QueryAnswer } from '../query/query-service.ts';

/**
 * A selector shows one sample at each step, and a spike between two steps is not seen. So a chart asks for what lies between as well: least,
 * greatest and mean of the samples since the step before. Functions of ranges need no such thing: they have seen them all.
 */
export interface BucketSpread {
  readonly min: MatrixSeries;
  readonly max: MatrixSeries;
  readonly avg: MatrixSeries;
}

const PARTS = ['min', 'max', 'avg'] as const;

/** By the series' labels without the metric's name; null for what is no selector, or cannot be answered. `ask`: at the same steps. */
export async function bucketSpread(
  expr: Expr,
  stepMs: number,
  ask: (text: string) => Promise<QueryAnswer>,
): Promise<ReadonlyMap<string, BucketSpread> | null> {
  const selector = unwrap(expr);
  if (selector.kind !== 'vector' || selector.extension !== null) return null;
  const byKey = new Map<string, Partial<Record<(typeof PARTS)[number], MatrixSeries>>>();
  for (const name of PARTS) {
    const answer = await ask(overStep(name, selector, stepMs));
    // Two metrics that differ in nothing but their names: the chart is drawn without.
    if (answer.kind === 'problem' || answer.value.kind !== 'matrix') return null;
    for (const series of answer.value.series) {
      const found = byKey.get(series.labels.key) ?? {};
      byKey.set(series.labels.key, found);
      found[name] = series;
    }
  }
  return new Map([...byKey].filter((entry): entry is [string, BucketSpread] => PARTS.every((name) => entry[1][name] !== undefined)));
}

export function spreadKey(labels: Labels): string {
  return labels.without(METRIC_NAME).key;
}

function overStep(name: string, vector: Expr & { kind: 'vector' }, stepMs: number): string {
  const { span } = vector;
  const range = { kind: 'seconds', seconds: stepMs / 1000 } as const;
  return format({ kind: 'call', name: `${name}_over_time`, args: [{ kind: 'matrix', vector, range, span }], span });
}
