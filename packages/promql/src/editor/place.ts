import type { MatchOperator } from '@tidemark/tsdb/model';
import { HELPED_LENGTH_MAX } from './limits.ts';
import { type After, expectsOperand, type Frame, type Outline, type OutlinedPiece, outlineOf, type Standing } from './outline.ts';
import { textOf } from './pieces.ts';

/** One series selector, as far as it is written. */
export interface PartialSelector {
  /** `''` where none is named. */
  readonly metric: string;
  readonly matchers: readonly PartialMatcher[];
}

export interface PartialMatcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

/** What may stand at a place of a text, and what of it is written there already. */
export type Place = { readonly from: number; readonly to: number; readonly typed: string } & PlaceKind;

export type PlaceKind =
  | { readonly kind: 'nothing' }
  /** A metric, a function, an aggregation or one of the words. */
  | { readonly kind: 'operand'; readonly words: readonly string[] }
  | { readonly kind: 'word'; readonly words: readonly string[] }
  /** Between braces. `quoted`: within quotes that stand there, closed or not. */
  | { readonly kind: 'label'; readonly selector: PartialSelector; readonly quoted: Quoted | null; readonly hasOperator: boolean }
  /** Of what `by (…)` and its like group: labels of all of the selectors. */
  | {
      readonly kind: 'grouping';
      readonly selectors: readonly PartialSelector[];
      readonly taken: readonly string[];
      readonly quoted: Quoted | null;
    }
  | {
      readonly kind: 'value';
      readonly label: string;
      readonly isRegex: boolean;
      readonly selector: PartialSelector;
      readonly quoted: Quoted | null;
    }
  /** An argument that names a label. */
  | { readonly kind: 'label text'; readonly selectors: readonly PartialSelector[]; readonly quoted: Quoted }
  | { readonly kind: 'duration' };

export interface Quoted {
  readonly quote: string;
  readonly closed: boolean;
}

/** `at`: between 0 and the text's length. */
export function placeAt(text: string, at: number): Place {
  const nothing: Place = { kind: 'nothing', from: at, to: at, typed: '' };
  if (text.length > HELPED_LENGTH_MAX) return nothing;
  const outline = outlineOf(text);
  if (outline.comments.some(({ from, to }) => from < at && at <= to)) return nothing;
  const index = outline.pieces.findIndex((piece) => piece.from < at && isWithin(piece, at));
  const current = outline.pieces[index];
  const next = outline.pieces.findIndex((piece) => piece.from >= at);
  const standing: Standing = current ?? outline.pieces[next] ?? outline.end;
  const span = current === undefined ? { from: at, to: at, typed: '' } : typedIn(current, at);
  const kind = kindOf(outline, standing, current, next === -1 ? undefined : outline.pieces[next]);
  return kind === null ? nothing : { ...span, ...kind };
}

/** A string goes on until its second quote; a word until the cursor leaves it. */
function isWithin(piece: OutlinedPiece, at: number): boolean {
  if (piece.kind === 'symbol') return false;
  return piece.kind === 'string' && piece.closed ? at < piece.to : at <= piece.to;
}

function typedIn(piece: OutlinedPiece, at: number): { from: number; to: number; typed: string } {
  if (piece.kind !== 'string') return { from: piece.from, to: at, typed: piece.text.slice(0, at - piece.from) };
  const written = piece.text.slice(0, at - piece.from);
  return { from: piece.from + 1, to: piece.closed ? piece.to - 1 : at, typed: textOf({ ...piece, text: written, closed: false }) };
}

function kindOf(
  outline: Outline,
  standing: Standing,
  current: OutlinedPiece | undefined,
  next: OutlinedPiece | undefined,
): PlaceKind | null {
  const { frame, after } = standing;
  const quoted = current?.kind === 'string' ? { quote: current.text[0], closed: current.closed } : null;
  switch (frame.kind) {
    case 'braces': {
      if (after !== 'start' && after !== 'match') return null;
      const selector = selectorAt(outline, frame.at, current);
      if (after === 'start') return { kind: 'label', selector, quoted, hasOperator: next?.role === 'operator' };
      const [label, operator] = before(outline, current ?? next, 2);
      return { kind: 'value', label: nameOf(label), isRegex: operator?.text.endsWith('~') ?? false, selector, quoted };
    }
    case 'grouping':
      return { kind: 'grouping', selectors: groupedBy(outline, frame), taken: takenIn(outline, frame, current), quoted };
    case 'range':
      return current?.kind === 'word' ? null : { kind: 'duration' };
    case 'number':
      return null;
    default:
      if (quoted !== null) return isLabelArgument(standing) ? { kind: 'label text', selectors: within(outline, frame.at), quoted } : null;
      return inExpression(standing, current);
  }
}

/** Which words may stand behind what. */
const BINARY_WORDS = ['and', 'or', 'unless', 'atan2'];
const WORDS: Partial<Record<After, readonly string[]>> = {
  binary: ['on', 'ignoring'],
  comparison: ['bool', 'on', 'ignoring'],
  bool: ['on', 'ignoring'],
  matching: ['group_left', 'group_right', 'fill', 'fill_left', 'fill_right'],
  group: ['fill', 'fill_left', 'fill_right'],
  aggregator: ['by', 'without'],
  aggregation: ['by', 'without', ...BINARY_WORDS],
  selector: ['offset', '@', ...BINARY_WORDS],
  range: ['offset', '@', ...BINARY_WORDS],
  at: ['start()', 'end()'],
};

function inExpression({ after }: Standing, current: OutlinedPiece | undefined): PlaceKind | null {
  if (after === 'offset') return { kind: 'duration' };
  if (current?.kind === 'number') return null;
  if (after === 'closed' || after === 'number') return { kind: 'word', words: BINARY_WORDS };
  const words = WORDS[after] ?? [];
  if (expectsOperand(after)) return { kind: 'operand', words };
  return words.length > 0 ? { kind: 'word', words } : null;
}

function before({ pieces }: Outline, piece: OutlinedPiece | undefined, count: number): (OutlinedPiece | undefined)[] {
  const end = piece === undefined ? pieces.length : pieces.indexOf(piece);
  return Array.from({ length: count }, (_, i) => pieces[end - count + i]);
}

/** A label's name as it is meant. */
function nameOf(piece: OutlinedPiece | undefined): string {
  if (piece === undefined) return '';
  return piece.kind === 'string' ? textOf(piece) : piece.text;
}

/** The selector whose braces piece `open` opens; without what is written at `except`. */
export function selectorAt({ pieces, partners }: Outline, open: number, except?: OutlinedPiece): PartialSelector {
  const end = partners.get(open) ?? pieces.length;
  const named = pieces[open - 1];
  let metric = named?.role === 'metric' && named.frame === pieces[open].frame ? named.text : '';
  const matchers: PartialMatcher[] = [];
  for (let i = open + 1; i < end; i++) {
    const [label, operator, value] = [pieces[i], pieces[i + 1], pieces[i + 2]];
    if (label.frame.at !== open) break;
    if (label.role !== 'label' || label === except) continue;
    if (operator?.role !== 'operator') {
      if (label.kind === 'string') metric = textOf(label);
      continue;
    }
    if (value?.role !== 'value' || value === except || value.kind !== 'string' || !value.closed) continue;
    const matcher = { name: nameOf(label), operator: operator.text as MatchOperator, value: textOf(value) };
    if (matcher.name === '__name__' && matcher.operator === '=') metric = matcher.value;
    else if (['=', '!=', '=~', '!~'].includes(matcher.operator)) matchers.push(matcher);
  }
  return { metric, matchers };
}

/** All selectors between two pieces. */
function selectorsBetween(outline: Outline, from: number, to: number): PartialSelector[] {
  const { pieces } = outline;
  const found: PartialSelector[] = [];
  for (let i = Math.max(0, from); i < to; i++) {
    const braces = pieces[i].text === '{' && pieces[i].kind === 'symbol';
    if (braces) found.push(selectorAt(outline, i));
    else if (pieces[i].role === 'metric' && pieces[i + 1]?.text !== '{') found.push({ metric: pieces[i].text, matchers: [] });
  }
  return found;
}

function within(outline: Outline, open: number): PartialSelector[] {
  return selectorsBetween(outline, open + 1, outline.partners.get(open) ?? outline.pieces.length);
}

/** `by` and `without`: what is aggregated, behind them or before; of the others both sides. */
export function groupedBy(outline: Outline, { at, name, closedAs }: Frame): PartialSelector[] {
  const { pieces, partners } = outline;
  if (name !== 'by' && name !== 'without') return selectorsBetween(outline, 0, pieces.length);
  if (closedAs === 'closed') {
    const open = partners.get(at - 2);
    return open === undefined ? [] : within(outline, open);
  }
  const close = partners.get(at);
  return close === undefined || pieces[close + 1]?.text !== '(' ? [] : within(outline, close + 1);
}

function takenIn({ pieces }: Outline, frame: Frame, current: OutlinedPiece | undefined): string[] {
  return pieces.filter((piece) => piece.frame === frame && piece.role === 'label' && piece !== current).map(nameOf);
}

/** Which text arguments name a label that is there. */
function isLabelArgument({ frame, argument }: Standing): boolean {
  if (frame.kind !== 'call') return false;
  switch (frame.name) {
    case 'label_replace':
      return argument === 1 || argument === 3;
    case 'label_join':
      return argument === 1 || argument >= 3;
    default:
      return frame.name.startsWith('sort_by_label') && argument >= 1;
  }
}
