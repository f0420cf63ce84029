import type { Matcher } from '@tidemark/tsdb/model';
import type { Aggregator, BinaryOperator, Span } from './token.ts';

/** What an expression gives: a number, a text, one sample for each series, a stretch of samples for each series. */
export type ValueType = 'scalar' | 'string' | 'vector' | 'matrix';

/** A parsed expression. Never changed after parsing; the engine keeps nothing in it. */
export type Expr = NumberLiteral | StringLiteral | VectorSelector | MatrixSelector | Subquery | Call | Aggregation | Binary | Unary | Paren;

export interface NumberLiteral {
  readonly kind: 'number';
  readonly value: number;
  /** Written as a duration: `5m` is 300. */
  readonly isDuration: boolean;
  readonly span: Span;
}

export interface StringLiteral {
  readonly kind: 'string';
  readonly value: string;
  readonly span: Span;
}

/** When a selector or subquery looks: shifted by `offset`, pinned by `@`. */
export interface TimeShift {
  readonly offset: Duration | null;
  readonly at: AtTime | null;
}

export type AtTime = { readonly kind: 'time'; readonly atMs: number } | { readonly kind: 'start' } | { readonly kind: 'end' };

/**
 * How a selector treats the ends of its range, or a vector its time: `anchored` takes the newest sample before the start for the value
 * there, `smoothed` draws lines between samples.
 */
export type Extension = 'anchored' | 'smoothed';

export interface VectorSelector extends TimeShift {
  readonly kind: 'vector';
  /** The last one is for `name`, when there is a name. */
  readonly matchers: readonly Matcher[];
  /** Before the braces, or quoted inside of them; `''` without. */
  readonly name: string;
  readonly extension: Extension | null;
  readonly span: Span;
}

export interface MatrixSelector {
  readonly kind: 'matrix';
  readonly vector: VectorSelector;
  readonly range: Duration;
  readonly span: Span;
}

export interface Subquery extends TimeShift {
  readonly kind: 'subquery';
  readonly body: Expr;
  readonly range: Duration;
  /** Null: the engine's default. */
  readonly step: Duration | null;
  readonly span: Span;
}

export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expr[];
  readonly span: Span;
}

/** `by (…)` or `without (…)`. */
export interface Grouping {
  readonly without: boolean;
  readonly labels: readonly string[];
}

export interface Aggregation {
  readonly kind: 'aggregation';
  readonly operator: Aggregator;
  readonly parameter: Expr | null;
  readonly body: Expr;
  readonly grouping: Grouping;
  readonly span: Span;
}

export type Cardinality = 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';

export interface VectorMatching {
  readonly cardinality: Cardinality;
  /** `on (labels)`; otherwise `ignoring (labels)`. */
  readonly on: boolean;
  readonly labels: readonly string[];
  /** Copied from the one side: `group_left (include)`. */
  readonly include: readonly string[];
  /** Values that stand in for a missing side. */
  readonly fillLeft: number | null;
  readonly fillRight: number | null;
}

export interface Binary {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly operatorSpan: Span;
  readonly left: Expr;
  readonly right: Expr;
  readonly returnBool: boolean;
  /** Null unless both sides are vectors. */
  readonly matching: VectorMatching | null;
  readonly span: Span;
}

export interface Unary {
  readonly kind: 'unary';
  readonly operator: '+' | '-';
  readonly body: Expr;
  readonly span: Span;
}

export interface Paren {
  readonly kind: 'paren';
  readonly body: Expr;
  readonly span: Span;
}

/** A length of time as written; in seconds once `durationMs` has seen the query's step and range. */
export type Duration =
  | { readonly kind: 'seconds'; readonly seconds: number }
  | { readonly kind: 'step' }
  | { readonly kind: 'range' }
  | { readonly kind: 'sign'; readonly operator: '+' | '-'; readonly body: Duration }
  | { readonly kind: 'arithmetic'; readonly operator: '+' | '-' | '*' | '/' | '%' | '^'; readonly left: Duration; readonly right: Duration }
  | { readonly kind: 'choice'; readonly choice: 'min' | 'max'; readonly left: Duration; readonly right: Duration }
  | { readonly kind: 'paren'; readonly body: Duration };

/** Whole milliseconds. `step` and `range` are the query's. */
export function durationMs(duration: Duration, stepMs: number, rangeMs: number): number {
  return Math.round(seconds(duration, stepMs / 1000, rangeMs / 1000) * 1000);
}

/** The same length in every query. */
export function isConstant(duration: Duration): boolean {
  switch (duration.kind) {
    case 'seconds':
      return true;
    case 'step':
    case 'range':
      return false;
    case 'sign':
    case 'paren':
      return isConstant(duration.body);
    case 'choice':
    case 'arithmetic':
      return isConstant(duration.left) && isConstant(duration.right);
  }
}

function seconds(duration: Duration, step: number, range: number): number {
  switch (duration.kind) {
    case 'seconds':
      return duration.seconds;
    case 'step':
      return step;
    case 'range':
      return range;
    case 'sign':
      return duration.operator === '-' ? -seconds(duration.body, step, range) : seconds(duration.body, step, range);
    case 'paren':
      return seconds(duration.body, step, range);
    case 'choice':
      return Math[duration.choice](seconds(duration.left, step, range), seconds(duration.right, step, range));
    case 'arithmetic':
      return calculate(duration.operator, seconds(duration.left, step, range), seconds(duration.right, step, range));
  }
}

function calculate(operator: '+' | '-' | '*' | '/' | '%' | '^', left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '^':
      return left ** right;
  }
}

export function children(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'vector':
      return [];
    case 'matrix':
      return [expr.vector];
    case 'subquery':
    case 'unary':
    case 'paren':
      return [expr.body];
    case 'call':
      return expr.args;
    case 'aggregation':
      return expr.parameter === null ? [expr.body] : [expr.parameter, expr.body];
    case 'binary':
      return [expr.left, expr.right];
  }
}

/** Every expression within, parents first. */
export function walk(expr: Expr, visit: (expr: Expr) => void): void {
  visit(expr);
  for (const child of children(expr)) walk(child, visit);
}

/** The expression without the parentheses around it. */
export function unwrap(expr: Expr): Exclude<Expr, Paren> {
  let inner = expr;
  while (inner.kind === 'paren') inner = inner.body;
  return inner;
}
