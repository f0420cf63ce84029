import { assert } from '@tidemark/base';
import type { Binary } from '../syntax/ast.ts';
import { isComparison, isSetOperator } from '../syntax/token.ts';
import { CALCULATE, type NumberOperator } from './arithmetic.ts';
import { type Columns, isEmpty, type Series, withoutNames } from './columns.ts';
import { matchVectors } from './match-vectors.ts';
import { combineSets } from './sets.ts';

/** A binary operator over whole columns. */
export function binaryColumns(expr: Binary, left: Columns, right: Columns, count: number): Columns {
  if (left.kind === 'vector' && right.kind === 'vector') {
    const combine = isSetOperator(expr.operator) ? combineSets : matchVectors;
    return { kind: 'vector', series: combine(expr, left.series, right.series, count) };
  }
  const operator = expr.operator as NumberOperator;
  if (left.kind === 'scalar' && right.kind === 'scalar') {
    const calculate = CALCULATE[operator];
    return { kind: 'scalar', values: left.values.map((value, i) => calculate(value, right.values[i])) };
  }
  if (left.kind === 'vector' && right.kind === 'scalar') return vectorScalar(expr, left.series, right.values, false);
  assert(left.kind === 'scalar' && right.kind === 'vector', 'the type checker let text into an operator');
  return vectorScalar(expr, right.series, left.values, true);
}

function vectorScalar(expr: Binary, vector: readonly Series[], scalar: Float64Array, scalarFirst: boolean): Columns {
  const calculate = CALCULATE[expr.operator as NumberOperator];
  const filters = isComparison(expr.operator) && !expr.returnBool;
  const series = vector.map((one) => {
    const { labels } = one;
    const values = new Float64Array(scalar.length);
    const present = filters ? new Uint8Array(scalar.length) : one.present;
    for (let i = 0; i < scalar.length; i++) {
      if (one.present[i] === 0) continue;
      const value = one.values[i];
      const answer = scalarFirst ? calculate(scalar[i], value) : calculate(value, scalar[i]);
      values[i] = filters ? value : answer;
      if (filters) present[i] = answer;
    }
    return { labels, values, present };
  });
  return { kind: 'vector', series: filters ? series.filter((one) => !isEmpty(one)) : withoutNames(series) };
}
