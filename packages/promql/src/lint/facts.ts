import type { MetricType } from '@tidemark/tsdb/model';
import { type Expr, unwrap, type VectorSelector, walk } from '../syntax/ast.ts';
import { metricNameOf } from '../syntax/check.ts';

/** What is known of a metric, for the checks that need more than the expression. */
export interface MetricFacts {
  /** It has had series lately. */
  readonly exists: boolean;
  /** Of those that exist, for one that does not: the most likely first. */
  readonly near: readonly string[];
  readonly type: MetricType;
  /** Of its series, the metric's name included. */
  readonly labels: ReadonlySet<string>;
  /** Between two samples; null when that is not known. */
  readonly intervalMs: number | null;
}

export type Facts = ReadonlyMap<string, MetricFacts>;

/** The metrics that an expression names. */
export function metricsIn(expr: Expr): Set<string> {
  const names = new Set<string>();
  walk(expr, (node) => {
    if (node.kind === 'vector' && metricNameOf(node) !== '') names.add(metricNameOf(node));
  });
  return names;
}

export function selectorsIn(expr: Expr): VectorSelector[] {
  const found: VectorSelector[] = [];
  walk(expr, (node) => {
    if (node.kind === 'vector') found.push(node);
  });
  return found;
}

const COUNTER_NAME = /_(total|sum|count|bucket)$/;
const PART_NAME = /_(sum|count|bucket)$/;

/** Does the metric only rise? Null when nothing tells. */
export function isCounter(name: string, facts: Facts): boolean | null {
  if (name.endsWith('_created')) return false; // A time, whatever its family is.
  const type = facts.get(name)?.type ?? 'unknown';
  switch (type) {
    case 'counter':
      return true;
    case 'histogram':
      return true; // Its parts are counters, and so is a native histogram.
    case 'summary':
      return PART_NAME.test(name);
    case 'unknown':
      return COUNTER_NAME.test(name) ? true : null;
    default:
      return false;
  }
}

/** The selector that is all of the expression, parentheses and a range apart. */
export function bareSelector(expr: Expr): VectorSelector | null {
  const inner = unwrap(expr);
  if (inner.kind === 'matrix') return inner.vector;
  return inner.kind === 'vector' ? inner : null;
}
