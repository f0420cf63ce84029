import { assert } from '@tidemark/base';
import type { Call } from '../../syntax/ast.ts';
import { SIGNATURES } from '../../syntax/signatures.ts';
import type { Columns, SeriesSink, Steps } from '../columns.ts';
import type { QueryContext } from '../context.ts';
import { ABSENCE } from './absence.ts';
import { Arguments } from './arguments.ts';
import { DATES } from './dates.ts';
import { HISTOGRAMS } from './histograms.ts';
import { INFO } from './info.ts';
import { LABELS } from './labels.ts';
import { MATH } from './math.ts';
import { OVER_TIME } from './over-time.ts';
import { RATES } from './rates.ts';
import type { Evaluators, FunctionBody } from './registry.ts';
import { SCALARS } from './scalars.ts';
import { SORTS } from './sorts.ts';
import { TRENDS } from './trends.ts';

const FUNCTIONS: ReadonlyMap<string, FunctionBody> = new Map(
  [ABSENCE, DATES, HISTOGRAMS, INFO, LABELS, MATH, OVER_TIME, RATES, SCALARS, SORTS, TRENDS].flatMap((table) => Object.entries(table)),
);

for (const name of SIGNATURES.keys()) assert(FUNCTIONS.has(name), `function ${name} has a signature and no body`);

/** Functions that can give their series one after the other. */
export const STREAMED: ReadonlySet<string> = new Set([OVER_TIME, RATES, TRENDS].flatMap((table) => Object.keys(table)));

export async function callFunction(
  expr: Call,
  steps: Steps,
  context: QueryContext,
  evaluators: Evaluators,
  sink?: SeriesSink,
): Promise<Columns> {
  const body = FUNCTIONS.get(expr.name);
  assert(body !== undefined, `the type checker let ${expr.name} through, which is no function`);
  return body({ expr, steps, context, args: new Arguments(expr, steps, context, evaluators), sink });
}
