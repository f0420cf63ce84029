import { Matcher, type MatchOperator, METRIC_NAME } from '@tidemark/tsdb/model';
import type { VectorSelector } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { ParseError } from './parse-error.ts';
import { quote } from './strings.ts';

/** `name{label="value", …}`, `{"quoted name", label="value"}`, and lists of labels. */

const MATCH_OPERATORS = ['=', '!=', '=~', '!~'];

export function parseSelector(cursor: Cursor): VectorSelector {
  const first = cursor.peek();
  let name = '';
  if (!cursor.at('{')) name = cursor.take().text;
  const matchers = cursor.at('{') ? parseMatchers(cursor) : [];
  const span = { from: first.from, to: cursor.previous().to };
  for (const matcher of matchers) {
    if (matcher.name !== METRIC_NAME || matcher.operator !== '=' || name === '') continue;
    throw new ParseError(`metric name must not be set twice: ${quote(name)} or ${quote(matcher.value)}`, span);
  }
  const quoted = matchers.find((matcher) => matcher.name === METRIC_NAME && matcher.operator === '=');
  const all = name === '' ? matchers : [...matchers, new Matcher(METRIC_NAME, '=', name)];
  if (all.every((matcher) => matcher.matchesEmpty)) {
    throw new ParseError('vector selector must contain at least one non-empty matcher', span);
  }
  return { kind: 'vector', matchers: all, name: name === '' ? (quoted?.value ?? '') : name, offset: null, at: null, span };
}

function parseMatchers(cursor: Cursor): Matcher[] {
  cursor.expect('{', 'label matching');
  const matchers: Matcher[] = [];
  while (!cursor.at('}')) {
    matchers.push(parseMatcher(cursor));
    if (!cursor.at(',')) break;
    cursor.take();
  }
  cursor.expect('}', 'label matching');
  return matchers;
}

function parseMatcher(cursor: Cursor): Matcher {
  const label = cursor.take();
  if (label.kind !== 'word' && label.kind !== 'string') throw cursor.unexpected('label matching', 'identifier or "}"', label);
  const operator = cursor.peek();
  if (operator.kind !== 'symbol' || !MATCH_OPERATORS.includes(operator.text)) {
    if (label.kind !== 'string') throw cursor.unexpected('label matching', 'label matching operator');
    return new Matcher(METRIC_NAME, '=', label.text);
  }
  cursor.take();
  const value = cursor.take();
  if (value.kind !== 'string') throw cursor.unexpected('label matching', 'string', value);
  if (label.text === '') throw new ParseError('invalid label name ""', label);
  try {
    return new Matcher(label.text, operator.text as MatchOperator, value.text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ParseError(error.message, value);
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
