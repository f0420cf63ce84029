import type { Binary } from '../syntax/ast.ts';
import { type BinaryOperator, isTrim } from '../syntax/token.ts';
import { operateHistograms, type Sample } from './histogram/operate.ts';
import type { Notes } from './notes.ts';

/** Operators between numbers. Comparisons give 1 or 0. */
export type NumberOperator = Exclude<BinaryOperator, 'and' | 'or' | 'unless' | '</' | '>/'>;

export const CALCULATE: Record<NumberOperator, (left: number, right: number) => number> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
  '^': power,
  atan2: Math.atan2,
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '<': (left, right) => Number(left < right),
  '<=': (left, right) => Number(left <= right),
  '>': (left, right) => Number(left > right),
  '>=': (left, right) => Number(left >= right),
};

/** IEEE 754 pow: unlike JavaScript's, 1 to any power is 1, and so is -1 to an infinite one. */
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && !Number.isFinite(exponent) && !Number.isNaN(exponent))) return 1;
  return base ** exponent;
}

/** Comparisons give 1 or 0; undefined, with a note, where histograms and numbers do not go together. */
export function operate(expr: Binary, left: Sample, right: Sample, notes: Notes): Sample | undefined {
  const { operator } = expr;
  if (typeof left === 'number' && typeof right === 'number' && !isTrim(operator)) return CALCULATE[operator as NumberOperator](left, right);
  return operateHistograms(expr, left, right, notes);
}
