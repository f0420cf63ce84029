import { type Aggregation, type Expr, unwrap } from '../syntax/ast.ts';
import { metricNameOf } from '../syntax/check.ts';
import { type Around, type Check, insertAt } from './check.ts';
import { isShifted } from './counters.ts';
import { selectorsIn } from './facts.ts';
import type { Fix } from './finding.ts';

/** Quantiles of classic histograms: series that differ in `le` only are one, and count since the last restart. */

function bucketsOf(node: Expr): Expr | null {
  if (node.kind !== 'call') return null;
  if (node.name === 'histogram_quantile') return node.args[1];
  return node.name === 'histogram_fraction' ? node.args[2] : node.name === 'histogram_quantiles' ? node.args[0] : null;
}

export const quantileWithoutLe: Check = (node, around) => {
  const buckets = bucketsOf(node);
  if (buckets === null) return null;
  const aggregation = unwrap(buckets);
  // Native histograms have no `le`.
  if (aggregation.kind !== 'aggregation' || !selectorsIn(aggregation).some((each) => metricNameOf(each).endsWith('_bucket'))) return null;
  const { without, labels } = aggregation.grouping;
  if (labels.includes('le') !== without) return null;
  return {
    ...aggregation.span,
    code: 'quantile-without-le',
    severity: 'warning',
    message: `The buckets have lost their bounds: ${aggregation.operator} must keep the label le. Without it there is no quantile.`,
    fix: withLe(aggregation, around),
  };
};

function withLe(aggregation: Aggregation, around: Around): Fix | undefined {
  const { grouping, operator, span, body, parameter } = aggregation;
  if (grouping.without) return undefined;
  const inside = [body.span, ...(parameter === null ? [] : [parameter.span])];
  const word = around.pieces(span, inside).find(({ role, text }) => role === 'modifier' && text.toLowerCase() === 'by');
  const title = 'Keep le';
  if (word === undefined) return { title, edits: [insertAt(span.from + operator.length, ' by (le)')] };
  const open = around.pieces(span, inside).find(({ from, text }) => text === '(' && from >= word.to);
  return open && { title, edits: [insertAt(open.to, grouping.labels.length === 0 ? 'le' : 'le, ')] };
}

/** Through what may lie between a quantile and its buckets. */
function countedSelector(expr: Expr): Expr {
  const inner = unwrap(expr);
  return inner.kind === 'aggregation' ? countedSelector(inner.body) : inner;
}

export const quantileWithoutRate: Check = (node) => {
  const buckets = bucketsOf(node);
  if (buckets === null) return null;
  const selector = countedSelector(buckets);
  if (selector.kind !== 'vector' || !metricNameOf(selector).endsWith('_bucket')) return null;
  const edits = [insertAt(selector.span.from, 'rate('), insertAt(selector.span.to, '[5m])')];
  return {
    ...selector.span,
    code: 'quantile-without-rate',
    severity: 'warning',
    message: `${metricNameOf(selector)} counts since the process started, and so is this quantile: it hardly moves. Take the rate of the buckets first.`,
    fix: isShifted(selector) ? undefined : { title: 'Take the rate', edits },
  };
};
