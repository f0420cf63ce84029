import type { Aggregation } from '../../syntax/ast.ts';
import type { Notes } from '../notes.ts';
import type { NativeHistogram } from './native-histogram.ts';
import type { Sample } from './operate.ts';
import { totalOf } from './sum.ts';

/**
 * One step of an aggregation where some members are histograms, beside `numbers` plain ones. `ofNumbers` is the
 * answer without the histograms. Undefined, with a note, where there is none.
 */
export function foldHistograms(
  expr: Aggregation,
  histograms: readonly NativeHistogram[],
  numbers: number,
  ofNumbers: number,
  notes: Notes,
): Sample | undefined {
  switch (expr.operator) {
    case 'group':
      return 1;
    case 'count':
      return numbers + histograms.length;
    case 'sum':
    case 'avg':
      return addUp(expr, histograms, numbers, notes);
    default:
      ignoreHistograms(expr, notes);
      return numbers > 0 ? ofNumbers : undefined;
  }
}

export function ignoreHistograms(expr: Aggregation, notes: Notes): void {
  notes.info(`ignored histogram in ${expr.operator} aggregation`, expr.body.span);
}

function addUp(expr: Aggregation, histograms: readonly NativeHistogram[], numbers: number, notes: Notes): NativeHistogram | undefined {
  if (numbers > 0) {
    notes.warn('encountered a mix of histograms and floats for aggregation', expr.body.span);
    return undefined;
  }
  const total = totalOf(histograms, expr.operator === 'sum' ? 'sum' : 'mean');
  if (total.kind === 'incompatible') {
    notes.warn('vector contains a mix of histograms with exponential and custom buckets schemas', expr.body.span);
    return undefined;
  }
  if (total.reconciled) notes.info('mismatched custom buckets were reconciled during aggregation', expr.body.span);
  if (total.collided) notes.warn('conflicting counter resets during histogram aggregation', expr.body.span);
  return total.histogram;
}
