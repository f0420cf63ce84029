import {
  BinaryExpr,
  EqlSingle,
  Gte,
  Gtr,
  Identifier,
  LabelMatchers,
  LabelName,
  Lss,
  Lte,
  MatchOp,
  NumberDurationLiteral,
  ParenExpr,
  parser,
  QuotedLabelMatcher,
  QuotedLabelName,
  StringLiteral,
  UnaryExpr,
  UnquotedLabelMatcher,
  VectorSelector,
} from '@prometheus-io/lezer-promql';

/**
 * What the browser reads out of an expression by itself: names to explain an empty result with, and the number that a dragged
 * threshold changes. Everything else about expressions is the server's. Loaded with the editor, never with the shell.
 */
export interface Selector {
  /** Empty when the metric is not given by an equal name. */
  readonly metric: string;
  /** Its `label="value"` matchers; the others prove nothing about what exists. */
  readonly equal: readonly { readonly label: string; readonly value: string }[];
}

type Node = ReturnType<ReturnType<typeof parser.parse>['resolve']>;

export function selectorsIn(expr: string): readonly Selector[] {
  const found: Selector[] = [];
  parser.parse(expr).iterate({
    enter: (at) => {
      if (at.type.id !== VectorSelector) return true;
      found.push(selectorAt(at.node, expr));
      return false;
    },
  });
  return found;
}

/**
 * The expression with the number it is compared with replaced, or null where that number is not simply written at the end
 * (`a > b`, `a > 2 * 3`, a comparison that is not the root).
 */
export function withThreshold(expr: string, value: number): string | null {
  const literal = thresholdLiteral(expr);
  return literal === null ? null : `${expr.slice(0, literal.from)}${value}${expr.slice(literal.to)}`;
}

function thresholdLiteral(expr: string): { readonly from: number; readonly to: number } | null {
  let root = parser.parse(expr).topNode.firstChild;
  while (root?.type.id === ParenExpr) root = root.firstChild;
  if (root?.type.id !== BinaryExpr) return null;
  if (![Gtr, Gte, Lss, Lte].some((operator) => root.getChild(operator) !== null)) return null;
  const right = root.lastChild!;
  const number = right.type.id === UnaryExpr ? right.lastChild! : right;
  // A duration is written as one, and stays one.
  if (number.type.id !== NumberDurationLiteral || Number.isNaN(Number(expr.slice(number.from, number.to)))) return null;
  return { from: right.from, to: right.to };
}

function selectorAt(node: Node, expr: string): Selector {
  const text = (of: Node | null) => (of === null ? '' : expr.slice(of.from, of.to));
  let metric = text(node.getChild(Identifier));
  const equal: { label: string; value: string }[] = [];
  for (let at = node.getChild(LabelMatchers)?.firstChild ?? null; at !== null; at = at.nextSibling) {
    if (at.type.id === QuotedLabelName) metric = unquoted(text(at));
    if (at.type.id !== UnquotedLabelMatcher && at.type.id !== QuotedLabelMatcher) continue;
    if (at.getChild(MatchOp)?.getChild(EqlSingle) == null) continue;
    const label = at.type.id === UnquotedLabelMatcher ? text(at.getChild(LabelName)) : unquoted(text(at.getChild(QuotedLabelName)));
    const value = unquoted(text(at.getChild(StringLiteral)));
    if (label === '__name__') metric = value;
    else if (value !== '') equal.push({ label, value });
  }
  return { metric, equal };
}

function unquoted(literal: string): string {
  const inner = literal.slice(1, -1);
  return literal.startsWith('`') ? inner : inner.replace(/\\(.)/g, '$1');
}
