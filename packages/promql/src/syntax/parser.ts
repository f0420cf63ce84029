import type { Matcher } from '@tidemark/tsdb/model';
import {
  type AtTime,
  type Binary,
  type Duration,
  durationMs,
  type Expr,
  type Extension,
  type Grouping,
  isConstant,
  type TimeShift,
  type VectorMatching,
  type VectorSelector,
} from './ast.ts';
import { check, typeOf } from './check.ts';
import { Cursor } from './cursor.ts';
import { parseDurationExpression, parseDurationTerm } from './durations.ts';
import { lex } from './lexer.ts';
import { EXPRESSION_LENGTH_MAX } from './limits.ts';
import { ParseError } from './parse-error.ts';
import { parseLabelList, parseSelector } from './selector.ts';
import {
  type Aggregator,
  aggregatorOf,
  type BinaryOperator,
  binaryOperatorOf,
  isRightAssociative,
  isSetOperator,
  PARAMETERS,
  precedenceOf,
  RESERVED_AS_METRIC,
  SIGN_PRECEDENCE,
  type Span,
  type Token,
} from './token.ts';

/**
 * PromQL to a tree, by precedence climbing (Pratt). `parse` checks types too: what it returns can be evaluated.
 * Throws `ParseError` and nothing else.
 */
export function parse(text: string): Expr {
  const cursor = cursorOf(text);
  if (cursor.peek().kind === 'end' && cursor.peek().text === '') throw new ParseError('no expression found in input', { from: 0, to: 0 });
  const expr = parseExpression(cursor, 0);
  if (cursor.peek().kind !== 'end') throw cursor.unexpected();
  check(expr);
  return expr;
}

/** A selector of series and nothing beside it. It may match everything. */
export function parseMetricSelector(text: string): readonly Matcher[] {
  const cursor = cursorOf(text);
  const { kind } = cursor.peek();
  if (kind !== 'word' && kind !== 'metric' && !cursor.at('{')) throw cursor.unexpected();
  const { matchers } = parseSelector(cursor);
  if (cursor.peek().kind !== 'end') throw cursor.unexpected();
  return matchers;
}

function cursorOf(text: string): Cursor {
  if (text.length <= EXPRESSION_LENGTH_MAX) return new Cursor(lex(text));
  throw new ParseError(`expression is longer than ${EXPRESSION_LENGTH_MAX} characters`, { from: 0, to: text.length });
}

function parseExpression(cursor: Cursor, minimum: number): Expr {
  return cursor.nested(() => {
    let left = parseSigned(cursor);
    for (;;) {
      const operator = binaryOperatorOf(cursor.peek());
      if (operator === null || precedenceOf(operator) < minimum) return left;
      cursor.countOperator();
      const { from, to } = cursor.take();
      const modifiers = parseMatching(cursor, operator);
      const right = parseExpression(cursor, precedenceOf(operator) + (isRightAssociative(operator) ? 0 : 1));
      left = binary(operator, { from, to }, left, right, modifiers);
    }
  });
}

function parseSigned(cursor: Cursor): Expr {
  const sign = cursor.peek();
  if (!cursor.at('+') && !cursor.at('-')) return parsePostfix(cursor);
  cursor.take();
  const body = parseExpression(cursor, SIGN_PRECEDENCE);
  const operator = sign.text as '+' | '-';
  const span = { from: sign.from, to: body.span.to };
  if (body.kind === 'number') return { ...body, value: operator === '-' ? -body.value : body.value, span };
  return { kind: 'unary', operator, body, span };
}

function parsePostfix(cursor: Cursor): Expr {
  let expr = parsePrimary(cursor);
  for (;;) {
    if (cursor.at('[')) expr = parseRange(cursor, expr);
    else if (cursor.atWord('offset')) {
      cursor.take();
      expr = shift(expr, { offset: parseDurationTerm(cursor), at: null }, cursor);
    } else if (cursor.at('@')) {
      cursor.take();
      expr = shift(expr, { offset: null, at: parseAt(cursor) }, cursor);
    } else if (cursor.atWord('anchored') || cursor.atWord('smoothed')) {
      expr = extend(expr, cursor.take());
    } else return expr;
  }
}

function parsePrimary(cursor: Cursor): Expr {
  const token = cursor.peek();
  switch (token.kind) {
    case 'number':
    case 'duration':
      cursor.take();
      return { kind: 'number', value: token.value, isDuration: token.kind === 'duration', span: token };
    case 'string':
      cursor.take();
      return { kind: 'string', value: token.text, span: token };
    case 'metric':
      return parseSelector(cursor);
    case 'word': {
      const aggregator = aggregatorOf(token.text);
      const next = cursor.peek(1);
      if (aggregator !== null && (next.text === '(' || isGroupingWord(next.text))) return parseAggregation(cursor, aggregator);
      if (next.kind === 'symbol' && next.text === '(') return parseCall(cursor);
      if (RESERVED_AS_METRIC.has(token.text.toLowerCase())) throw cursor.unexpected();
      return parseSelector(cursor);
    }
    default:
      if (cursor.at('{')) return parseSelector(cursor);
      if (!cursor.at('(')) throw cursor.unexpected();
      cursor.take();
      return parenthesized(cursor, token.from);
  }
}

function parenthesized(cursor: Cursor, from: number): Expr {
  const body = parseExpression(cursor, 0);
  if (!cursor.at(')')) throw cursor.unexpected();
  const close = cursor.take();
  return { kind: 'paren', body, span: { from, to: close.to } };
}

function parseCall(cursor: Cursor): Expr {
  const name = cursor.take();
  const args = parseArguments(cursor);
  return { kind: 'call', name: name.text, args, span: { from: name.from, to: cursor.previous().to } };
}

function parseArguments(cursor: Cursor): Expr[] {
  cursor.expect('(', 'call');
  const args: Expr[] = [];
  while (!cursor.at(')')) {
    args.push(parseExpression(cursor, 0));
    if (!cursor.at(',')) break;
    const comma = cursor.take();
    if (cursor.at(')')) throw new ParseError('trailing commas not allowed in function call args', comma);
  }
  cursor.expect(')', 'function call');
  return args;
}

function isGroupingWord(word: string): boolean {
  const lower = word.toLowerCase();
  return lower === 'by' || lower === 'without';
}

function parseAggregation(cursor: Cursor, operator: Aggregator): Expr {
  const name = cursor.take();
  let grouping = isGroupingWord(cursor.peek().text) ? parseGrouping(cursor) : null;
  const args = parseArguments(cursor);
  if (grouping === null && cursor.peek().kind === 'word' && isGroupingWord(cursor.peek().text)) grouping = parseGrouping(cursor);
  const span = { from: name.from, to: cursor.previous().to };
  if (args.length === 0) throw new ParseError('no arguments for aggregate expression provided', span);
  const wanted = PARAMETERS[operator] === undefined ? 1 : 2;
  if (args.length !== wanted) {
    throw new ParseError(`wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`, span);
  }
  const parameter = wanted === 2 ? args[0] : null;
  return { kind: 'aggregation', operator, parameter, body: args[wanted - 1], grouping: grouping ?? { without: false, labels: [] }, span };
}

function parseGrouping(cursor: Cursor): Grouping {
  const without = cursor.take().text.toLowerCase() === 'without';
  return { without, labels: parseLabelList(cursor) };
}

function parseRange(cursor: Cursor, expr: Expr): Expr {
  const open = cursor.take();
  const range = positive(cursor, 'subquery or range selector');
  if (cursor.at(':')) {
    cursor.take();
    const step = cursor.at(']') ? null : positive(cursor, 'subquery selector');
    cursor.countOperator();
    const close = cursor.expect(']', 'subquery selector');
    return { kind: 'subquery', body: expr, range, step, offset: null, at: null, span: { from: expr.span.from, to: close.to } };
  }
  const close = cursor.expect(']', 'matrix selector');
  const span = { from: expr.span.from, to: close.to };
  if (expr.kind !== 'vector') throw new ParseError('ranges only allowed for vector selectors', { from: open.from, to: close.to });
  if (expr.offset !== null) throw new ParseError('no offset modifiers allowed before range', { from: open.from, to: close.to });
  if (expr.at !== null) throw new ParseError('no @ modifiers allowed before range', { from: open.from, to: close.to });
  return { kind: 'matrix', vector: expr, range, span };
}

function positive(cursor: Cursor, context: string): Duration {
  const first = cursor.peek();
  const duration = parseDurationExpression(cursor, context);
  if (isConstant(duration) && !(durationMs(duration, 0, 0) > 0)) throw new ParseError('duration must be greater than 0', first);
  return duration;
}

function shift(expr: Expr, by: TimeShift, cursor: Cursor): Expr {
  const span = { from: expr.span.from, to: cursor.previous().to };
  if (expr.kind === 'matrix') return { ...expr, vector: shifted(expr.vector, by, expr.vector.span), span };
  if (expr.kind === 'vector' || expr.kind === 'subquery') return shifted(expr, by, span);
  const what = by.at === null ? 'offset modifier' : '@ modifier';
  throw new ParseError(`${what} must be preceded by an instant vector selector or range vector selector or a subquery`, {
    from: expr.span.from,
    to: cursor.previous().to,
  });
}

function shifted<T extends TimeShift>(expr: T, by: TimeShift, span: { from: number; to: number }): T {
  if (by.offset !== null && expr.offset !== null) throw new ParseError('offset may not be set multiple times', span);
  if (by.at !== null && expr.at !== null) throw new ParseError('@ <timestamp> may not be set multiple times', span);
  return { ...expr, offset: by.offset ?? expr.offset, at: by.at ?? expr.at, span };
}

function extend(expr: Expr, modifier: Token): Expr {
  const extension = modifier.text.toLowerCase() as Extension;
  const span = { from: expr.span.from, to: modifier.to };
  if (expr.kind === 'matrix') return { ...expr, vector: extended(expr.vector, extension, expr.span), span };
  if (expr.kind === 'vector') return { ...extended(expr, extension, expr.span), span };
  const why = expr.kind === 'subquery' ? 'is not supported for subqueries' : 'not implemented';
  throw new ParseError(`${extension} modifier ${why}`, expr.span);
}

function extended(selector: VectorSelector, extension: Extension, span: Span): VectorSelector {
  if (selector.extension !== null && selector.extension !== extension) {
    throw new ParseError('anchored and smoothed modifiers cannot be used together', span);
  }
  return { ...selector, extension };
}

function parseAt(cursor: Cursor): AtTime {
  const first = cursor.peek();
  const word = first.text.toLowerCase();
  if (first.kind === 'word' && (word === 'start' || word === 'end')) {
    cursor.take();
    cursor.expect('(', '@');
    cursor.expect(')', '@');
    return { kind: word };
  }
  const negative = cursor.at('-');
  if (negative || cursor.at('+')) cursor.take();
  const token = cursor.take();
  if (token.kind !== 'number' && token.kind !== 'duration') throw cursor.unexpected('@', 'timestamp', token);
  const atMs = Math.round((negative ? -token.value : token.value) * 1000);
  if (!Number.isSafeInteger(atMs)) throw new ParseError(`timestamp out of bounds for @ modifier: ${token.text}`, token);
  return { kind: 'time', atMs };
}

interface Modifiers {
  readonly returnBool: boolean;
  readonly matching: VectorMatching;
  readonly explicit: boolean;
}

function parseMatching(cursor: Cursor, operator: BinaryOperator): Modifiers {
  let returnBool = false;
  let explicit = false;
  const matching = {
    cardinality: (isSetOperator(operator) ? 'many-to-many' : 'one-to-one') as VectorMatching['cardinality'],
    on: false,
    labels: [] as string[],
    include: [] as string[],
    fillLeft: null as number | null,
    fillRight: null as number | null,
  };
  if (cursor.atWord('bool')) {
    cursor.take();
    returnBool = true;
  }
  if (cursor.atWord('on') || cursor.atWord('ignoring')) {
    explicit = true;
    matching.on = cursor.take().text.toLowerCase() === 'on';
    matching.labels = parseLabelList(cursor);
    if (cursor.atWord('group_left') || cursor.atWord('group_right')) {
      matching.cardinality = cursor.take().text.toLowerCase() === 'group_left' ? 'many-to-one' : 'one-to-many';
      if (cursor.at('(')) matching.include = parseLabelList(cursor);
    }
  }
  while (['fill', 'fill_left', 'fill_right'].some((word) => cursor.atWord(word)) && cursor.peek(1).text === '(') {
    explicit = true;
    const word = cursor.take().text.toLowerCase();
    const value = parseFillValue(cursor);
    if (word !== 'fill_right') matching.fillLeft = value;
    if (word !== 'fill_left') matching.fillRight = value;
  }
  return { returnBool, matching, explicit };
}

function parseFillValue(cursor: Cursor): number {
  cursor.expect('(', 'fill');
  const negative = cursor.at('-');
  if (negative || cursor.at('+')) cursor.take();
  const token = cursor.take();
  if (token.kind !== 'number' && token.kind !== 'duration') throw cursor.unexpected('fill', 'number', token);
  cursor.expect(')', 'fill');
  return negative ? -token.value : token.value;
}

function binary(operator: BinaryOperator, operatorSpan: Span, left: Expr, right: Expr, modifiers: Modifiers): Binary {
  const { returnBool, matching, explicit } = modifiers;
  const span = { from: left.span.from, to: right.span.to };
  // Whether matching applies is known once the types are: `check` refuses it between scalars.
  const betweenVectors = typeOf(left) === 'vector' && typeOf(right) === 'vector';
  return { kind: 'binary', operator, operatorSpan, left, right, returnBool, matching: explicit || betweenVectors ? matching : null, span };
}
