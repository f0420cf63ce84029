import { Labels, METRIC_NAME } from '@tidemark/tsdb/model';
import { type Call, type Expr, unwrap } from '../../syntax/ast.ts';
import { emptySeries, type Series, type Steps } from '../columns.ts';
import type { QueryContext } from '../context.ts';
import { Slices } from '../slices.ts';
import type { FunctionBody, FunctionTable } from './registry.ts';

/** What is not there. */

const absent: FunctionBody = async ({ args, steps, context }) => {
  return { kind: 'vector', series: await gaps(args.expr(0), await args.vector(0), steps, context) };
};

/** Asks for the newest samples, which is answered where the series live, and names stay apart. */
const absentOverTime: FunctionBody = async ({ expr, args, steps, context }) => {
  return { kind: 'vector', series: await gaps(args.expr(0), await args.vectorOf(newestOf(expr)), steps, context) };
};

/** The same one each time: what is known of an expression is kept with it. */
const newest = new WeakMap<Call, Call>();

function newestOf(expr: Call): Call {
  const presence = newest.get(expr) ?? { ...expr, name: 'last_over_time' };
  newest.set(expr, presence);
  return presence;
}

/** A 1 at each step where no series has a value. */
async function gaps(expr: Expr, series: readonly Series[], steps: Steps, { budget }: QueryContext): Promise<Series[]> {
  const gap = emptySeries(expectedLabels(expr), steps.count);
  gap.values.fill(1);
  gap.present.fill(1);
  const slices = new Slices(budget);
  for (const one of series) {
    await slices.spend(steps.count);
    for (let i = 0; i < steps.count; i++) if (one.present[i] !== 0) gap.present[i] = 0;
  }
  return gap.present.includes(1) ? [gap] : [];
}

/** The labels that the selector's equality matchers say, without those that are asked for twice. */
function expectedLabels(expr: Expr): Labels {
  const inner = unwrap(expr);
  const selector = inner.kind === 'matrix' ? inner.vector : inner;
  if (selector.kind !== 'vector') return Labels.EMPTY;
  const seen = new Map<string, number>();
  const asked = selector.matchers.filter((matcher) => matcher.name !== METRIC_NAME);
  for (const { name } of asked) seen.set(name, (seen.get(name) ?? 0) + 1);
  const sure = asked.filter((matcher) => matcher.operator === '=' && seen.get(matcher.name) === 1);
  return Labels.from(sure.map((matcher) => [matcher.name, matcher.value] as const));
}

export const ABSENCE: FunctionTable = { absent, absent_over_time: absentOverTime };
