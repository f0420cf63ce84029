import { nameOf as nameOfType } from '../syntax/check.ts';
import { formatDuration, parseDuration } from '../syntax/numbers.ts';
import { SIGNATURES, type Signature } from '../syntax/signatures.ts';
import { aggregatorOf, PARAMETERS, type Span } from '../syntax/token.ts';
import { AGGREGATION_DOCS, FUNCTION_DOCS } from './function-docs.ts';
import { FUNCTION_EXAMPLES } from './function-examples.ts';
import { HELPED_LENGTH_MAX } from './limits.ts';
import { type Outline, type OutlinedPiece, outlineOf } from './outline.ts';
import { textOf } from './pieces.ts';
import { groupedBy, type PartialSelector, selectorAt } from './place.ts';
import { NOT_EQUAL_LABEL, WORD_DOCS } from './word-docs.ts';

/** What the pointer or the cursor is at, for whoever explains it. */
export type HoverTarget = Span &
  (
    | { readonly kind: 'language'; readonly doc: Documentation }
    | { readonly kind: 'metric'; readonly selector: PartialSelector }
    | { readonly kind: 'label'; readonly label: string; readonly selectors: readonly PartialSelector[] }
    | {
        readonly kind: 'value';
        readonly label: string;
        readonly value: string;
        readonly isRegex: boolean;
        readonly selector: PartialSelector;
      }
  );

export interface Documentation {
  /** How it is written. */
  readonly title: string;
  readonly about: readonly string[];
}

/** Null where there is nothing to say: on blanks, brackets, plain numbers. */
export function hoverAt(text: string, at: number): HoverTarget | null {
  if (text.length > HELPED_LENGTH_MAX) return null;
  const outline = outlineOf(text);
  const index = outline.pieces.findIndex(({ from, to }) => from <= at && at < to);
  const atEnd = index === -1 ? outline.pieces.findIndex(({ to }) => to === at) : index;
  if (atEnd === -1) return null;
  const piece = outline.pieces[atEnd];
  const target = targetOf(outline, piece, atEnd);
  return target === null ? null : { from: piece.from, to: piece.to, ...target };
}

/** Leaves the place to whoever asks. */
type Target<T = HoverTarget> = T extends unknown ? Omit<T, keyof Span> : never;

function targetOf(outline: Outline, piece: OutlinedPiece, index: number): Target | null {
  const { pieces } = outline;
  const language = (doc: Documentation | null): Target | null => (doc === null ? null : { kind: 'language', doc });
  switch (piece.role) {
    case 'function':
      return language(functionDoc(piece.text));
    case 'aggregation':
      return language(aggregationDoc(piece.text));
    case 'modifier':
    case 'operator':
      return language(wordDoc(piece));
    case 'duration':
      return language(durationDoc(piece.text));
    case 'metric': {
      const selector = pieces[index + 1]?.text === '{' ? selectorAt(outline, index + 1) : { metric: piece.text, matchers: [] };
      return { kind: 'metric', selector };
    }
    case 'label':
      return labelTarget(outline, piece, index);
    case 'value': {
      if (piece.kind !== 'string') return null;
      const [label, operator] = [pieces[index - 2], pieces[index - 1]];
      if (label === undefined) return null;
      const value = textOf(piece);
      const selector = selectorAt(outline, piece.frame.at, piece);
      if (nameOf(label) === '__name__' && operator.text === '=') return { kind: 'metric', selector: { ...selector, metric: value } };
      return { kind: 'value', label: nameOf(label), value, isRegex: operator.text.endsWith('~'), selector };
    }
    default:
      return null;
  }
}

function labelTarget(outline: Outline, piece: OutlinedPiece, index: number): Target {
  const label = nameOf(piece);
  if (piece.frame.kind === 'grouping') return { kind: 'label', label, selectors: groupedBy(outline, piece.frame) };
  const selector = selectorAt(outline, piece.frame.at, piece);
  const isName = piece.kind === 'string' && outline.pieces[index + 1]?.role !== 'operator';
  return isName ? { kind: 'metric', selector: { ...selector, metric: label } } : { kind: 'label', label, selectors: [selector] };
}

function nameOf(piece: OutlinedPiece): string {
  return piece.kind === 'string' ? textOf(piece) : piece.text;
}

/** Null for what is no function of the language. */
export function functionDoc(name: string): Documentation | null {
  const signature = SIGNATURES.get(name);
  if (signature === undefined) return null;
  return { title: written(signature), about: [...FUNCTION_DOCS[name], `For example \`${FUNCTION_EXAMPLES[name]}\`.`] };
}

export function aggregationDoc(word: string): Documentation | null {
  const operator = aggregatorOf(word);
  if (operator === null) return null;
  const parameter = PARAMETERS[operator];
  return {
    title: `${operator} by (label, …) (${parameter === undefined ? '' : `${parameter}, `}instant vector)`,
    about: AGGREGATION_DOCS[operator],
  };
}

function wordDoc({ text, frame }: OutlinedPiece): Documentation | null {
  const isLabelled = frame.kind === 'braces';
  const doc = text === '!=' && isLabelled ? NOT_EQUAL_LABEL : WORD_DOCS[text.toLowerCase()];
  return doc === undefined ? null : { title: doc.usage, about: doc.about };
}

function written({ name, args, optional, repeats, returns }: Signature): string {
  const words = args.map((type, i) => `${nameOfType(type)}${i >= args.length - optional ? '?' : ''}`);
  return `${name}(${words.join(', ')}${repeats ? ', …' : ''}) → ${nameOfType(returns)}`;
}

/** `1h30m` is 1 hour 30 minutes. */
function durationDoc(text: string): Documentation | null {
  const ms = parseDuration(text);
  if (ms === null) return /^\d+$/.test(text) ? { title: text, about: [`${spelledOut(Number(text) * 1000)}.`] } : null;
  const seconds = ms / 1000;
  return {
    title: formatDuration(ms),
    about: [`${spelledOut(ms)}: ${seconds.toLocaleString('en')} ${seconds === 1 ? 'second' : 'seconds'}.`],
  };
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
  ['millisecond', 1],
] as const;

export function spelledOut(ms: number): string {
  let rest = ms;
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count.toLocaleString('en')} ${unit}${count === 1 ? '' : 's'}`);
  }
  return parts.length === 0 ? '0 seconds' : parts.join(' ');
}
