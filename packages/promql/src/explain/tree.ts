import { type Binary, children, type Expr, type Paren, unwrap } from '../syntax/ast.ts';
import { format, writtenLabel } from '../syntax/print.ts';
import type { LeafTrace, Trace } from './trace.ts';

/** A query after it has run: its nodes, where each ran, and what it cost. Parentheses and constants are left out. */
export interface ExplainedNode {
  /** What it does, in the language's words. */
  readonly title: string;
  readonly from: number;
  readonly to: number;
  /**
   * `root`: where the parts come together. `leaf`: asked of all places that hold series. `in leaf`: there, within the leaf above.
   * `in one pass`: a part of the node above, without time of its own.
   */
  readonly where: 'root' | 'leaf' | 'in leaf' | 'in one pass';
  /** Of a leaf as long as it was waited for; within one the work of all places together. Null for what has none of its own. */
  readonly elapsedMs: number | null;
  readonly series: number | null;
  readonly samples: number | null;
  readonly given: number | null;
  readonly widthsMs: readonly number[];
  /** Of a leaf. */
  readonly places: readonly ExplainedPlace[];
  readonly children: readonly ExplainedNode[];
}

export interface ExplainedPlace {
  readonly place: string;
  readonly elapsedMs: number;
  readonly series: number;
  readonly samples: number;
  readonly given: number;
  readonly bytes: number;
}

export function explained(expr: Expr, trace: Trace): ExplainedNode {
  return nodeOf(expr, trace, false);
}

function nodeOf(wrapped: Expr, trace: Trace, isInLeaf: boolean): ExplainedNode {
  const expr = unwrap(wrapped);
  const own = isInLeaf ? trace.figuresInLeaf(expr) : trace.figures(expr);
  const places = isInLeaf ? null : trace.places(expr);
  const measured = own?.elapsedMs == null ? null : own;
  return {
    title: titleOf(expr),
    from: expr.span.from,
    to: expr.span.to,
    where: places !== null ? 'leaf' : measured === null ? 'in one pass' : isInLeaf ? 'in leaf' : 'root',
    elapsedMs: measured?.elapsedMs ?? null,
    series: measured?.series ?? null,
    samples: measured?.samples ?? null,
    given: own?.given ?? null,
    widthsMs: own?.widthsMs ?? [],
    places: places?.flatMap(placeOf) ?? [],
    children: operandsOf(expr).map((child) => nodeOf(child, trace, isInLeaf || places !== null)),
  };
}

function placeOf({ place, bytes, nodes: [root] }: LeafTrace): ExplainedPlace[] {
  if (root === null) return [];
  const { elapsedMs, series, samples, given } = root;
  return [{ place, bytes, elapsedMs: elapsedMs ?? 0, series, samples, given }];
}

/** What has a cost: a matrix is its selector, and constants are read off the expression. */
function operandsOf(expr: Expr): readonly Expr[] {
  if (expr.kind === 'matrix') return [];
  return children(expr).filter((child) => {
    const { kind } = unwrap(child);
    return kind !== 'number' && kind !== 'string';
  });
}

function titleOf(expr: Exclude<Expr, Paren>): string {
  switch (expr.kind) {
    case 'aggregation': {
      const { without, labels } = expr.grouping;
      const list = labels.map(writtenLabel).join(', ');
      return without || labels.length > 0 ? `${expr.operator} ${without ? 'without' : 'by'} (${list})` : expr.operator;
    }
    case 'call':
      return expr.name;
    case 'binary':
      return binaryTitle(expr);
    case 'unary':
      return expr.operator;
    case 'subquery':
      return format({ ...expr, body: EMPTY }).slice(format(EMPTY).length);
    default:
      return format(expr);
  }
}

const EMPTY: Expr = { kind: 'paren', body: { kind: 'string', value: '', span: { from: 0, to: 0 } }, span: { from: 0, to: 0 } };

/** With its matching, without its sides; a constant side is a part of it. */
function binaryTitle(expr: Binary): string {
  const side = (each: Expr) => (['number', 'string'].includes(unwrap(each).kind) ? each : EMPTY);
  return format({ ...expr, left: side(expr.left), right: side(expr.right) })
    .replaceAll(format(EMPTY), '')
    .trim();
}
