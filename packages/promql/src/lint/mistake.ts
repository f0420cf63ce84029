import { nearestNames, type TextEdit, withEdits } from '@tidemark/base';
import { outlineOf, type Standing } from '../editor/outline.ts';
import { type Expr, walk } from '../syntax/ast.ts';
import { typeOf } from '../syntax/check.ts';
import { ParseError } from '../syntax/parse-error.ts';
import { parse } from '../syntax/parser.ts';
import { SIGNATURES } from '../syntax/signatures.ts';
import type { Span } from '../syntax/token.ts';
import { insertAt, replace } from './check.ts';
import type { Finding, Fix } from './finding.ts';
import { LINTED_LENGTH_MAX } from './limits.ts';
import { lint } from './lint.ts';

/** Why an expression cannot be evaluated; with a fix where it is plain what is meant, and the expression parses with it. */
export function mistakeOf(error: ParseError, text: string): Finding {
  const { message, from, to } = error;
  const fix = text.length > LINTED_LENGTH_MAX ? undefined : fixOf(error, text);
  const works = fix !== undefined && parsed(withEdits(text, fix.edits)) !== null;
  return { code: 'syntax', severity: 'error', message, from, to, fix: works ? fix : undefined };
}

function fixOf(error: ParseError, text: string): Fix | undefined {
  const { message, from, to } = error;
  if (/^unclosed left|end of input/.test(message)) return closed(text);
  if (message.startsWith('unknown function')) return knownFunction(text, from);
  if (/^expected type range vector .*got instant vector/.test(message)) return ranged(text, error);
  if (/^expected type instant vector .*got range vector/.test(message)) {
    return { title: 'Take the rate', edits: [insertAt(from, 'rate('), insertAt(to, ')')] };
  }
  if (message.startsWith('ranges only allowed')) return { title: 'Make it a subquery', edits: [insertAt(to - 1, ':')] };
  if (/^no (offset|@) modifiers allowed before range/.test(message)) return rangeFirst(text, error);
  if (/^(offset|@) modifier must be preceded/.test(message)) return modifierInside(text, error);
  return undefined;
}

const CLOSERS: Partial<Record<Standing['frame']['kind'], string>> = { braces: '}', range: ']' };

function closed(text: string): Fix | undefined {
  const { end, pieces } = outlineOf(text);
  let missing = '';
  for (let { frame } = end; frame.parent !== null; frame = frame.parent) {
    missing += pieces[frame.at].text === '(' ? ')' : (CLOSERS[frame.kind] ?? ')');
  }
  return { title: `Add ${missing}`, edits: [insertAt(text.trimEnd().length, missing)] };
}

function knownFunction(text: string, from: number): Fix | undefined {
  const [name] = /^\w+/.exec(text.slice(from)) ?? [''];
  const [nearest] = nearestNames(name, [...SIGNATURES.keys()], 1);
  return nearest === undefined ? undefined : { title: `Use ${nearest}`, edits: [replace({ from, to: from + name.length }, nearest)] };
}

/** A range for what has none; a sum goes outside of the rate. */
function ranged(text: string, { from, to }: Span): Fix | undefined {
  const arg = parsed(text.slice(from, to));
  if (arg === null) return undefined;
  if (arg.kind === 'vector') {
    const at = arg.offset === null && arg.at === null ? to : endOfSelector(text, { from, to });
    return { title: 'Add [5m]', edits: [insertAt(at, '[5m]')] };
  }
  const range = arg.kind === 'binary' || arg.kind === 'unary' ? [insertAt(from, '('), insertAt(to, ')[5m:]')] : [insertAt(to, '[5m:]')];
  const subquery = withEdits(text, range);
  const expr = parsed(subquery);
  const early = expr && lint(subquery, expr, new Map(), { isRule: false }).find(({ code }) => code === 'rate-of-aggregation');
  if (!early?.fix) return { title: 'Make it a subquery', edits: range };
  return { title: early.fix.title, edits: [replace({ from: 0, to: text.length }, withEdits(subquery, early.fix.edits))] };
}

/** Where the modifiers begin. */
function endOfSelector(text: string, { from, to }: Span): number {
  const pieces = outlineOf(text).pieces.filter((piece) => piece.from >= from && piece.to <= to);
  const modifier = pieces.findIndex(({ role }) => role === 'modifier');
  return pieces[modifier - 1]?.to ?? to;
}

/** `x offset 1m [5m]` is `x[5m] offset 1m`. */
function rangeFirst(text: string, { from, to }: Span): Fix | undefined {
  const before = outlineOf(text).pieces.filter((piece) => piece.to <= from);
  const behind = before.findLast(({ role, text: written }) => role === 'metric' || written === '}');
  if (behind === undefined) return undefined;
  const modifier = text.slice(behind.to, from).trim();
  return { title: 'Put the range first', edits: [replace({ from: behind.to, to }, `${text.slice(from, to)} ${modifier}`)] };
}

/** `rate(x[5m]) offset 1h` is `rate(x[5m] offset 1h)`. */
function modifierInside(text: string, { from, to }: Span): Fix | undefined {
  const pieces = outlineOf(text).pieces.filter((piece) => piece.from >= from && piece.to <= to);
  const at = pieces.findLastIndex(({ role, text: word }) => role === 'modifier' && (word.toLowerCase() === 'offset' || word === '@'));
  const end = pieces[at - 1]?.to;
  if (at === -1 || end === undefined) return undefined;
  const modifier = text.slice(pieces[at].from, to);
  const body = parsed(text.slice(from, end));
  if (body === null) return undefined;
  const edits: TextEdit[] = selectedIn(body).map((span) => insertAt(from + span.to, ` ${modifier}`));
  edits.push({ from: end, to, insert: '' });
  const word = pieces[at].text.toLowerCase();
  return { title: `Move ${word} to the selector`, edits };
}

/** Where samples are selected, with their ranges. */
function selectedIn(body: Expr): Span[] {
  const spans: Span[] = [];
  const inRange = new Set<Expr>();
  walk(body, (node) => {
    if (node.kind === 'matrix') inRange.add(node.vector);
    if (node.kind === 'matrix' || (node.kind === 'vector' && !inRange.has(node))) spans.push(node.span);
  });
  return spans;
}

/** Null for what cannot be evaluated either. */
function parsed(text: string): Expr | null {
  try {
    const expr = parse(text);
    return typeOf(expr) === 'string' ? null : expr;
  } catch (error) {
    if (error instanceof ParseError) return null;
    throw error;
  }
}
