import { Matcher, type MatchOperator, METRIC_NAME } from '@tidemark/tsdb/model';
import type { VectorSelector } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { ParseError } from './parse-error.ts';
import { quote } from './strings.ts';
import type { Token } from './token.ts';

/** `name{label="value", …}`, `{"quoted name", label="value"}`, and lists of labels. */

const MATCH_OPERATORS = ['=', '!=', '=~', '!~'];

export function parseSelector(cursor: Cursor): VectorSelector {
  const first = cursor.peek();
  const names = cursor.at('{') ? [] : [cursor.take().text];
  const matchers = cursor.at('{') ? parseMatchers(cursor, names) : [];
  const span = { from: first.from, to: cursor.previous().to };
  const named = names.length === 0 ? [] : [...names, ...matchers.filter(isName).map((matcher) => matcher.value)];
  if (named.length > 1) throw new ParseError(`metric name must not be set twice: ${quote(named[0])} or ${quote(named[1])}`, span);
  const name = names[0] ?? '';
  if (names.length > 0) matchers.push(new Matcher(METRIC_NAME, '=', name));
  return { kind: 'vector', matchers, name, extension: null, offset: null, at: null, span };
}

function isName(matcher: Matcher): boolean {
  return matcher.name === METRIC_NAME && matcher.operator === '=';
}

/** Quoted texts without an operator are names: they go to `names`. */
function parseMatchers(cursor: Cursor, names: string[]): Matcher[] {
  cursor.expect('{', 'label matching');
  const matchers: Matcher[] = [];
  while (!cursor.at('}')) {
    const label = cursor.take();
    if (label.kind !== 'word' && label.kind !== 'string') throw cursor.unexpected('label matching', 'identifier or "}"', label);
    const { kind, text } = cursor.peek();
    if (kind === 'symbol' && MATCH_OPERATORS.includes(text)) matchers.push(parseMatcher(cursor, label));
    else if (label.kind === 'string') names.push(label.text);
    else throw cursor.unexpected('label matching', 'label matching operator');
    if (!cursor.at(',')) break;
    cursor.take();
  }
  cursor.expect('}', 'label matching');
  return matchers;
}

function parseMatcher(cursor: Cursor, label: Token): Matcher {
  const operator = cursor.take().text as MatchOperator;
  const value = cursor.take();
  if (value.kind !== 'string') throw cursor.unexpected('label matching', 'string', value);
  if (!isLabelName(label.text)) throw new ParseError(`invalid label name ${quote(label.text)}`, label);
  try {
    return new Matcher(label.text, operator, value.text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ParseError(error.cause instanceof Error ? error.cause.message : error.message, label);
    throw error;
  }
}

/** `(a, "b.c")`, possibly empty, with a trailing comma if you like. */
export function parseLabelList(cursor: Cursor): string[] {
  const context = 'grouping opts';
  cursor.expect('(', context);
  const labels: string[] = [];
  while (!cursor.at(')')) {
    const label = cursor.take();
    if (label.kind === 'string' && !isLabelName(label.text)) throw new ParseError(`invalid label name ${quote(label.text)}`, label);
    if (label.kind !== 'word' && label.kind !== 'string') throw cursor.unexpected(context, 'label', label);
    labels.push(label.text);
    if (!cursor.at(',')) break;
    cursor.take();
  }
  cursor.expect(')', context);
  return labels;
}

/** Any text that is not empty and is well-formed Unicode, as Prometheus 3 has it. */
export function isLabelName(text: string): boolean {
  return text !== '' && text.isWellFormed();
}
