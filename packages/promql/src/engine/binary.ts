import { assert } from '@tidemark/base';
import type { Binary } from '../syntax/ast.ts';
import { isArithmetic, isComparison, isSetOperator } from '../syntax/token.ts';
import { CALCULATE, type NumberOperator, operate } from './arithmetic.ts';
import { type Columns, emptySeries, isEmpty, NOTHING, putSample, type Series, sampleAt, withoutNames } from './columns.ts';
import type { QueryContext } from './context.ts';
import { matchVectors } from './match-vectors.ts';
import { combineSets } from './sets.ts';

/** A binary operator over whole columns. */
export async function binaryColumns(expr: Binary, left: Columns, right: Columns, count: number, context: QueryContext): Promise<Columns> {
  if (left.kind === 'vector' && right.kind === 'vector') {
    const series = isSetOperator(expr.operator)
      ? await combineSets(expr, left.series, right.series, count, context.budget)
      : await matchVectors(expr, left.series, right.series, count, context);
    return { kind: 'vector', series };
  }
  const operator = expr.operator as NumberOperator;
  if (left.kind === 'scalar' && right.kind === 'scalar') {
    const calculate = CALCULATE[operator];
    return { kind: 'scalar', values: left.values.map((value, i) => calculate(value, right.values[i])) };
  }
  if (left.kind === 'vector' && right.kind === 'scalar') return vectorScalar(expr, left.series, right.values, false, context);
  assert(left.kind === 'scalar' && right.kind === 'vector', 'the type checker let text into an operator');
  return vectorScalar(expr, right.series, left.values, true, context);
}

async function vectorScalar(
  expr: Binary,
  vector: readonly Series[],
  scalar: Float64Array,
  scalarFirst: boolean,
  context: QueryContext,
): Promise<Columns> {
  const { budget, notes } = context;
  const filters = isComparison(expr.operator) && !expr.returnBool;
  const series: Series[] = [];
  for (const one of vector) {
    if (vector.length > 1) await budget.breathe();
    const result = emptySeries(one.labels, scalar.length, one);
    for (let i = 0; i < scalar.length; i++) {
      if (one.present[i] === NOTHING) continue;
      const sample = sampleAt(one, i);
      const answer = scalarFirst ? operate(expr, scalar[i], sample, notes) : operate(expr, sample, scalar[i], notes);
      if (answer === undefined || (filters && answer === 0)) continue;
      putSample(result, i, filters ? sample : answer);
    }
    series.push(result);
  }
  const changesMetric = isArithmetic(expr.operator) || expr.returnBool;
  return { kind: 'vector', series: changesMetric ? await withoutNames(series, context) : series.filter((one) => !isEmpty(one)) };
}
