import { assert } from '@tidemark/base';
import type { Call } from '../../syntax/ast.ts';
import type { Columns, Steps } from '../columns.ts';
import type { QueryContext } from '../context.ts';
import { ABSENCE } from './absence.ts';
import { Arguments } from './arguments.ts';
import { DATES } from './dates.ts';
import { HISTOGRAMS } from './histograms.ts';
import { LABELS } from './labels.ts';
import { MATH } from './math.ts';
import { OVER_TIME } from './over-time.ts';
import { RATES } from './rates.ts';
import type { Evaluators, FunctionBody } from './registry.ts';
import { SCALARS } from './scalars.ts';
import { SORTS } from './sorts.ts';
import { TRENDS } from './trends.ts';

const FUNCTIONS: ReadonlyMap<string, FunctionBody> = new Map(
  [ABSENCE, DATES, HISTOGRAMS, LABELS, MATH, OVER_TIME, RATES, SCALARS, SORTS, TRENDS].flatMap((table) => Object.entries(table)),
);

export function isImplemented(name: string): boolean {
  return FUNCTIONS.has(name);
}

export async function callFunction(expr: Call, steps: Steps, context: QueryContext, evaluators: Evaluators): Promise<Columns> {
  const body = FUNCTIONS.get(expr.name);
  assert(body !== undefined, `function ${expr.name} has a signature and no body`);
  return body({ expr, steps, context, args: new Arguments(expr, steps, context, evaluators) });
}
