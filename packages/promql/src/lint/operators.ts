import { type Binary, children, durationMs, type Expr, isConstant, unwrap } from '../syntax/ast.ts';
import { metricNameOf, typeOf } from '../syntax/check.ts';
import { isArithmetic, isComparison, isSetOperator } from '../syntax/token.ts';
import { type Around, type Check, insertAt, replace } from './check.ts';
import { isShifted } from './counters.ts';
import { bareSelector, type Facts } from './facts.ts';
import type { Finding, Fix } from './finding.ts';

/** What stands between two sides, and what is asked of nothing. */

export const filterInArithmetic: Check = (node, around) => {
  if (node.kind !== 'binary' || !isComparison(node.operator) || node.returnBool) return null;
  const above = around.parents.findLast((parent) => parent.kind !== 'paren');
  if (above?.kind !== 'binary' || !isArithmetic(above.operator)) return null;
  // Nothing is divided by zero where zeros are filtered out.
  if (above.operator === '/' && unwrap(above.right) === node) return null;
  const operator = operatorOf(node, around);
  return {
    ...operator,
    code: 'filter-in-arithmetic',
    severity: 'info',
    message: `${node.operator} drops the series for which it does not hold and keeps the values of the others. For 1 and 0 write ${node.operator} bool.`,
    fix: { title: 'Add bool', edits: [insertAt(operator.to, ' bool')] },
  };
};

export const unmatchedLabels: Check = (node, around) => {
  if (node.kind !== 'binary' || isSetOperator(node.operator) || node.matching?.cardinality !== 'one-to-one') return null;
  const left = labelsOf(node.left, around.facts);
  const right = labelsOf(node.right, around.facts);
  if (left === null || right === null || (!left.exact && !right.exact)) return null;
  const { on, labels } = node.matching;
  if (!on && labels.length === 0) return unlike(node, left, right, around);
  if (!left.exact || !right.exact) return null;
  const keys = (side: KnownLabels) => new Set([...side.labels].filter((label) => labels.includes(label) === on));
  const [leftKeys, rightKeys] = [keys(left), keys(right)];
  if (!on && !isSame(leftKeys, rightKeys)) return finding(node, left, right, around, undefined);
  const [leftMore, rightMore] = [left.labels.size > leftKeys.size, right.labels.size > rightKeys.size];
  if (leftMore === rightMore) return null;
  return manyToOne(node, leftMore ? 'left' : 'right', around);
};

function unlike(node: Binary, left: KnownLabels, right: KnownLabels, around: Around): Finding | null {
  // A raw series may lack what others of its metric have; what it has beyond the exact side never matches.
  const differs =
    left.exact && right.exact
      ? !isSame(left.labels, right.labels)
      : left.exact
        ? hasMore(right.labels, left.labels)
        : hasMore(left.labels, right.labels);
  if (!differs) return null;
  const common = [...left.labels].filter((label) => right.labels.has(label));
  const [leftMore, rightMore] = [hasMore(left.labels, right.labels), hasMore(right.labels, left.labels)];
  if (leftMore && rightMore) return finding(node, left, right, around, undefined);
  const words = ` on (${common.join(', ')}) group_${leftMore ? 'left' : 'right'}`;
  const at = behindOperator(node, around);
  return finding(node, left, right, around, { title: `Match${words}`, edits: [insertAt(at, words)] });
}

function finding(node: Binary, left: KnownLabels, right: KnownLabels, around: Around, fix: Fix | undefined): Finding {
  const list = ({ labels }: KnownLabels) => (labels.size === 0 ? 'no labels' : `the labels ${[...labels].sort().join(', ')}`);
  return {
    ...operatorOf(node, around),
    code: 'unmatched-labels',
    severity: 'warning',
    message: `Nothing matches: the left side has ${list(left)}, the right side ${list(right)}. Say with on (…) which of them must be equal.`,
    fix,
  };
}

function manyToOne(node: Binary, side: 'left' | 'right', around: Around): Finding {
  const between = around.pieces({ from: node.left.span.to, to: node.right.span.from });
  const close = between.findLast(({ text }) => text === ')');
  return {
    ...operatorOf(node, around),
    code: 'many-to-one',
    severity: 'warning',
    message: `Several series of the ${side} side may match one of the other: say so with group_${side}, or the query fails when they do.`,
    fix: close && { title: `Add group_${side}`, edits: [insertAt(close.to, ` group_${side}`)] },
  };
}

function operatorOf(node: Binary, around: Around): { readonly from: number; readonly to: number } {
  const { from, to } =
    around.pieces({ from: node.left.span.to, to: node.right.span.from }).find(({ role }) => role === 'operator') ?? node.span;
  return { from, to };
}

function behindOperator(node: Binary, around: Around): number {
  const bool = around.pieces({ from: node.left.span.to, to: node.right.span.from }).find(({ text }) => text.toLowerCase() === 'bool');
  return bool?.to ?? operatorOf(node, around).to;
}

/** The labels of a side's series. `exact`: each has these and no others, a missing one counting as empty. */
interface KnownLabels {
  readonly labels: ReadonlySet<string>;
  readonly exact: boolean;
}

const KEEP_SERIES = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);
const MAKE_LABELS = /^(label_|absent|info$|histogram_quantiles?$|histogram_fraction$|scalar$)/;

function labelsOf(expr: Expr, facts: Facts): KnownLabels | null {
  switch (expr.kind) {
    case 'vector': {
      const known = facts.get(metricNameOf(expr));
      if (known?.exists !== true) return null;
      return { labels: new Set([...known.labels].filter((label) => label !== '__name__')), exact: false };
    }
    case 'aggregation': {
      const { operator, grouping, body } = expr;
      if (KEEP_SERIES.has(operator)) return labelsOf(body, facts);
      if (operator === 'count_values') return null;
      if (!grouping.without) return { labels: new Set(grouping.labels), exact: true };
      const inner = labelsOf(body, facts);
      return inner && { labels: new Set([...inner.labels].filter((label) => !grouping.labels.includes(label))), exact: inner.exact };
    }
    case 'call': {
      if (expr.name === 'vector') return { labels: new Set(), exact: true };
      if (MAKE_LABELS.test(expr.name)) return null;
      const series = expr.args.filter((arg) => typeOf(arg) === 'vector' || typeOf(arg) === 'matrix');
      return series.length === 1 ? labelsOf(series[0], facts) : null;
    }
    case 'binary': {
      const vectors = [expr.left, expr.right].filter((side) => typeOf(side) === 'vector');
      return vectors.length === 1 ? labelsOf(vectors[0], facts) : null;
    }
    default: {
      const [inner, ...others] = children(expr);
      return inner === undefined || others.length > 0 ? null : labelsOf(inner, facts);
    }
  }
}

function hasMore(labels: ReadonlySet<string>, than: ReadonlySet<string>): boolean {
  return [...labels].some((label) => !than.has(label));
}

function isSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return !hasMore(a, b) && !hasMore(b, a);
}

export const absentOfAggregation: Check = (node, around) => {
  if (node.kind !== 'call' || (node.name !== 'absent' && node.name !== 'absent_over_time')) return null;
  const arg = unwrap(node.args[0]);
  const aggregation = arg.kind === 'subquery' ? unwrap(arg.body) : arg;
  if (aggregation.kind !== 'aggregation') return null;
  const selector = bareSelector(aggregation.body);
  if (selector === null) return null;
  const canMove =
    !isShifted(selector) && (arg.kind !== 'subquery' || (arg.step === null && !isShifted({ ...selector, ...arg, kind: 'vector' })));
  const range = arg.kind === 'subquery' ? around.text.slice(arg.body.span.to, arg.span.to).replace(/:\s*\]$/, ']') : '';
  return {
    ...aggregation.span,
    code: 'absent-of-aggregation',
    severity: 'info',
    message: `${node.name} takes its labels from the selector, and ${aggregation.operator} hides it: without it the alert says what is missing.`,
    fix: canMove
      ? { title: `Without ${aggregation.operator}`, edits: [replace(node.args[0].span, around.written(selector.span) + range)] }
      : undefined,
  };
};

/** In rules only: they are evaluated at the present. */
export const futureOffset: Check = (node, { isRule }) => {
  if (!isRule || (node.kind !== 'vector' && node.kind !== 'subquery')) return null;
  const { offset } = node;
  if (offset === null || !isConstant(offset) || durationMs(offset, 0, 0) >= 0) return null;
  return {
    ...node.span,
    code: 'future-offset',
    severity: 'warning',
    message: 'A negative offset looks ahead, and a rule is evaluated at the present: nothing is there yet. Leave the sign out.',
  };
};
