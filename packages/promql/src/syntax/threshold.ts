import { type Expr, unwrap } from './ast.ts';
import { typeOf } from './check.ts';
import { format } from './print.ts';
import { type BinaryOperator, isComparison } from './token.ts';

export interface Threshold {
  /** What is compared, without the comparison. */
  readonly expr: string;
  /** As if the number stood on the right. */
  readonly operator: '==' | '!=' | '<=' | '<' | '>=' | '>';
  readonly value: number;
}

const MIRRORED: Partial<Record<BinaryOperator, Threshold['operator']>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** The line that a rule draws: of a vector compared with a number, either way round; otherwise null. */
export function thresholdOf(expr: Expr): Threshold | null {
  const root = unwrap(expr);
  if (root.kind !== 'binary' || !isComparison(root.operator)) return null;
  const left = unwrap(root.left);
  const right = unwrap(root.right);
  const operator = root.operator as Threshold['operator'];
  if (right.kind === 'number' && typeOf(left) === 'vector') return { expr: format(left), operator, value: right.value };
  if (left.kind === 'number' && typeOf(right) === 'vector') {
    return { expr: format(right), operator: MIRRORED[operator] ?? operator, value: left.value };
  }
  return null;
}
