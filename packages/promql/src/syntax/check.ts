import { METRIC_NAME } from '@tidemark/tsdb/model';
import type { Aggregation, Binary, Call, Expr, ValueType } from './ast.ts';
import { children, unwrap } from './ast.ts';
import { ParseError } from './parse-error.ts';
import { SIGNATURES } from './signatures.ts';
import { quote } from './strings.ts';
import { isComparison, isSetOperator, isTrim, PARAMETERS } from './token.ts';

/** The type checker, in Prometheus' words. After it, evaluation never meets a value of the wrong type. */
export function check(expr: Expr): void {
  for (const child of children(expr)) if (!isInfoSelector(child, expr)) check(child);
  switch (expr.kind) {
    case 'vector':
      if (expr.matchers.some((matcher) => !matcher.matchesEmpty)) break;
      throw new ParseError('vector selector must contain at least one non-empty matcher', expr.span);
    case 'call':
      checkCall(expr);
      break;
    case 'aggregation':
      checkAggregation(expr);
      break;
    case 'binary':
      checkBinary(expr);
      break;
    case 'unary': {
      const type = typeOf(expr.body);
      if (type === 'scalar' || type === 'vector') break;
      throw new ParseError(
        `unary expression only allowed on expressions of type scalar or instant vector, got ${quote(nameOf(type))}`,
        expr.span,
      );
    }
    case 'subquery': {
      const type = typeOf(expr.body);
      if (type !== 'vector') throw new ParseError(`subquery is only allowed on instant vector, got ${nameOf(type)} instead`, expr.span);
    }
  }
}

/** The second argument of `info()` only says which labels are wanted: it may match everything. */
function isInfoSelector(child: Expr, parent: Expr): boolean {
  return parent.kind === 'call' && parent.name === 'info' && child === parent.args[1];
}

export function typeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'vector':
    case 'aggregation':
      return 'vector';
    case 'matrix':
    case 'subquery':
      return 'matrix';
    case 'call':
      return SIGNATURES.get(expr.name)?.returns ?? 'vector';
    case 'unary':
    case 'paren':
      return typeOf(expr.body);
    case 'binary':
      return typeOf(expr.left) === 'scalar' && typeOf(expr.right) === 'scalar' ? 'scalar' : 'vector';
  }
}

/** As Prometheus documents the types. */
export function nameOf(type: ValueType): string {
  return type === 'vector' ? 'instant vector' : type === 'matrix' ? 'range vector' : type;
}

function expectType(expr: Expr, wanted: ValueType, context: string): void {
  const type = typeOf(expr);
  if (type !== wanted) throw new ParseError(`expected type ${nameOf(wanted)} in ${context}, got ${nameOf(type)}`, expr.span);
}

function checkCall(expr: Call): void {
  const signature = SIGNATURES.get(expr.name);
  if (signature === undefined) throw new ParseError(`unknown function with name ${quote(expr.name)}`, expr.span);
  const { args, optional, repeats } = signature;
  const count = expr.args.length;
  const least = args.length - optional;
  const refuse = (wanted: string) =>
    new ParseError(`expected ${wanted} argument(s) in call to ${quote(expr.name)}, got ${count}`, expr.span);
  if (optional === 0 && count !== least) throw refuse(`${least}`);
  if (count < least) throw refuse(`at least ${least}`);
  if (!repeats && count > args.length) throw refuse(`at most ${args.length}`);
  expr.args.forEach((arg, i) => {
    expectType(arg, args[Math.min(i, args.length - 1)], `call to function ${quote(expr.name)}`);
  });
  if (expr.name === 'info') checkInfo(expr);
}

function checkInfo({ args }: Call): void {
  const selector = args[1];
  if (selector === undefined || (selector.kind === 'vector' && selector.name === '')) return;
  const what = selector.kind === 'vector' ? ', got vector selector instead' : '';
  throw new ParseError(`expected label selectors only${what}`, selector.span);
}

function checkAggregation(expr: Aggregation): void {
  expectType(expr.body, 'vector', 'aggregation expression');
  const wanted = PARAMETERS[expr.operator];
  if (wanted !== undefined && expr.parameter !== null) expectType(expr.parameter, wanted, 'aggregation parameter');
}

function checkBinary(expr: Binary): void {
  const { operator, operatorSpan, matching } = expr;
  const left = typeOf(expr.left);
  const right = typeOf(expr.right);
  if (expr.returnBool && !isComparison(operator))
    throw new ParseError('bool modifier can only be used on comparison operators', operatorSpan);
  for (const side of [expr.left, expr.right]) {
    const type = typeOf(side);
    if (type !== 'scalar' && type !== 'vector') {
      throw new ParseError('binary expression must contain only scalar and instant vector types', side.span);
    }
  }
  if (isComparison(operator) && !expr.returnBool && left === 'scalar' && right === 'scalar') {
    throw new ParseError('comparisons between scalars must use BOOL modifier', operatorSpan);
  }
  if (isTrim(operator) && left === 'scalar' && right === 'scalar') {
    throw new ParseError(`operator ${quote(operator)} not allowed between scalars`, expr.span);
  }
  if (left === 'vector' && right === 'vector') {
    checkMatching(expr);
    return;
  }
  if (isSetOperator(operator)) throw new ParseError(`set operator ${quote(operator)} not allowed in binary scalar expression`, expr.span);
  if (matching === null) return;
  if (matching.labels.length > 0) throw new ParseError('vector matching only allowed between instant vectors', expr.span);
  if (matching.fillLeft === null && matching.fillRight === null) return;
  throw new ParseError('filling in missing series only allowed between instant vectors', expr.span);
}

function checkMatching(expr: Binary): void {
  const { operator, matching } = expr;
  if (matching === null) return;
  if (matching.on) {
    const both = matching.include.find((label) => matching.labels.includes(label));
    if (both !== undefined) {
      throw new ParseError(`label ${quote(both)} must not occur in ON and GROUP clause at once`, expr.operatorSpan);
    }
  }
  if (!isSetOperator(operator)) return;
  if (matching.cardinality !== 'many-to-many') throw new ParseError(`no grouping allowed for ${quote(operator)} operation`, expr.span);
  if (matching.fillLeft !== null || matching.fillRight !== null) {
    throw new ParseError('filling in missing series not allowed for set operators', expr.span);
  }
}

/** The metric's name if the expression is a plain selector of one, for messages. */
export function metricNameOf(expr: Expr): string {
  const inner = unwrap(expr);
  const selector = inner.kind === 'matrix' ? inner.vector : inner;
  return selector.kind === 'vector' ? (selector.matchers.find((m) => m.name === METRIC_NAME && m.operator === '=')?.value ?? '') : '';
}
