import { combineHistograms, divideHistogram, scaleHistogram } from '@tidemark/tsdb/model';
import type { Binary } from '../../syntax/ast.ts';
import { type BinaryOperator, isTrim } from '../../syntax/token.ts';
import type { Notes } from '../notes.ts';
import { type NativeHistogram, sameHistogram } from './native-histogram.ts';
import { trimHistogram } from './trim.ts';

export type Sample = number | NativeHistogram;

/** Operators where a side is a histogram. Comparisons give 1 or 0; undefined, with a note, where there is no answer. */
export function operateHistograms(expr: Binary, left: Sample, right: Sample, notes: Notes): Sample | undefined {
  const { operator } = expr;
  if (typeof left !== 'number' && typeof right !== 'number') {
    if (operator === '+' || operator === '-') return addUp(expr, left, right, operator === '+' ? 1 : -1, notes);
    if (operator === '==') return Number(sameHistogram(left, right));
    if (operator === '!=') return Number(!sameHistogram(left, right));
  } else if (typeof left !== 'number' && typeof right === 'number') {
    if (operator === '*') return scaleHistogram(left, right);
    if (operator === '/') return divideHistogram(left, right);
    if (isTrim(operator)) return trimHistogram(left, right, operator === '</' ? 'below' : 'above');
  } else if (typeof left === 'number' && typeof right !== 'number' && operator === '*') return scaleHistogram(right, left);
  refuse(expr, operator, left, right, notes);
  return undefined;
}

function addUp(expr: Binary, left: NativeHistogram, right: NativeHistogram, sign: 1 | -1, notes: Notes): NativeHistogram | undefined {
  const combined = combineHistograms(left, right, sign);
  if (combined.kind === 'incompatible') {
    notes.warn(`incompatible bucket layout encountered for binary operator ${expr.operator}`, expr.span);
    return undefined;
  }
  const during = sign === 1 ? 'addition' : 'subtraction';
  if (combined.reconciled) notes.info(`mismatched custom buckets were reconciled during ${during}`, expr.span);
  if (combined.collided) notes.warn(`conflicting counter resets during histogram ${during}`, expr.span);
  return combined.histogram;
}

function refuse(expr: Binary, operator: BinaryOperator, left: Sample, right: Sample, notes: Notes): void {
  const name = (sample: Sample) => (typeof sample === 'number' ? 'float' : 'histogram');
  const types = `${name(left)} ${operator} ${name(right)}`;
  notes.info(`incompatible sample types encountered for binary operator ${JSON.stringify(operator)}: ${types}`, expr.span);
}
