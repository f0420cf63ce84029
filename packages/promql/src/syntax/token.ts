/** The words of PromQL. Keywords are words: whether one is meant as a name is the parser's decision. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export type TokenKind =
  | 'word' // An identifier or keyword: letters, digits, underscores.
  | 'metric' // A name with colons in it: of metrics only.
  | 'number'
  | 'duration'
  | 'string'
  | 'symbol'
  | 'end';

export interface Token extends Span {
  readonly kind: TokenKind;
  /** As written; of a string its decoded text. */
  readonly text: string;
  /** Of numbers, and of durations in seconds. */
  readonly value: number;
}

export const AGGREGATORS = [
  'avg',
  'bottomk',
  'count',
  'count_values',
  'group',
  'limitk',
  'limit_ratio',
  'max',
  'min',
  'quantile',
  'stddev',
  'stdvar',
  'sum',
  'topk',
] as const;

export type Aggregator = (typeof AGGREGATORS)[number];

/** These take a parameter before the vector. */
export const PARAMETERS: Partial<Record<Aggregator, 'scalar' | 'string'>> = {
  bottomk: 'scalar',
  count_values: 'string',
  limitk: 'scalar',
  limit_ratio: 'scalar',
  quantile: 'scalar',
  topk: 'scalar',
};

export function aggregatorOf(word: string): Aggregator | null {
  const lower = word.toLowerCase();
  return (AGGREGATORS as readonly string[]).includes(lower) ? (lower as Aggregator) : null;
}

export const BINARY_OPERATORS = [
  'or',
  'and',
  'unless',
  '==',
  '!=',
  '<=',
  '<',
  '>=',
  '>',
  '</',
  '>/',
  '+',
  '-',
  '*',
  '/',
  '%',
  'atan2',
  '^',
] as const;

export type BinaryOperator = (typeof BINARY_OPERATORS)[number];

const PRECEDENCE: Record<BinaryOperator, number> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<=': 3,
  '<': 3,
  '>=': 3,
  '>': 3,
  '</': 3,
  '>/': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
};

/** A sign binds as multiplication does, so that `-2^2` is -4. */
export const SIGN_PRECEDENCE = 6;

export function precedenceOf(operator: BinaryOperator): number {
  return PRECEDENCE[operator];
}

export function isRightAssociative(operator: BinaryOperator): boolean {
  return operator === '^';
}

export function binaryOperatorOf(token: Token): BinaryOperator | null {
  if (token.kind !== 'word' && token.kind !== 'symbol') return null;
  const lower = token.text.toLowerCase();
  return lower in PRECEDENCE ? (lower as BinaryOperator) : null;
}

export function isComparison(operator: BinaryOperator): boolean {
  return PRECEDENCE[operator] === 3 && !isTrim(operator);
}

/** What it gives is no longer of the metric that it is made of. */
export function isArithmetic(operator: BinaryOperator): boolean {
  return PRECEDENCE[operator] > 3;
}

/** Keeps the part of a histogram below or above a value. */
export function isTrim(operator: BinaryOperator): operator is '</' | '>/' {
  return operator === '</' || operator === '>/';
}

export function isSetOperator(operator: BinaryOperator): boolean {
  return PRECEDENCE[operator] <= 2;
}

/** Words that stand for themselves where a metric's name could begin. */
export const RESERVED_AS_METRIC = new Set(['bool', 'on', 'ignoring', 'group_left', 'group_right', 'atan2']);
