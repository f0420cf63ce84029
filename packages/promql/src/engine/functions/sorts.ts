import { sortInSlices } from '@tidemark/base';
import { compareLabels } from '@tidemark/tsdb/model';
import { type Expr, walk } from '../../syntax/ast.ts';
import { isEmpty, numbersOnly, type Series, type Steps } from '../columns.ts';
import type { QueryContext } from '../context.ts';
import { mapInSlices } from '../slices.ts';
import { DATES } from './dates.ts';
import type { FunctionBody, FunctionTable } from './registry.ts';

/** Order, which only an instant query's result has. */

type Order = (a: Series, b: Series) => number;

/** By value there is no place for histograms. */
function sorted(orderOf: (labels: readonly string[]) => Order, keepsHistograms: boolean): FunctionBody {
  return async ({ args, expr, steps, context }) => {
    const all = await args.vector(0);
    const labels: string[] = [];
    for (let i = 1; i < args.count; i++) labels.push(await args.text(i));
    if (steps.count > 1 && varies(expr)) {
      context.notes.warn('sort is ineffective for range queries since results are always ordered by labels', expr.span);
    }
    const series = keepsHistograms ? [...all] : await ofNumbers(all, steps, context);
    // Within a subquery there are several steps, and no order.
    if (steps.count > 1) return { kind: 'vector', series };
    return { kind: 'vector', series: await sortInSlices(series, orderOf(labels), () => context.budget.breathe()) };
  };
}

/** Pinned to one time by `@`, an expression is evaluated once for all steps. */
function varies(expr: Expr): boolean {
  let found = false;
  walk(expr, (node) => {
    if (node.kind === 'vector' || node.kind === 'subquery') found ||= node.at === null;
    else if (node.kind === 'call') found ||= OF_THE_TIME.has(node.name);
  });
  return found;
}

const OF_THE_TIME: ReadonlySet<string> = new Set([
  'time',
  'timestamp',
  'predict_linear',
  'start',
  'end',
  'step',
  'range',
  ...Object.keys(DATES),
]);

async function ofNumbers(all: readonly Series[], { count }: Steps, { budget }: QueryContext): Promise<Series[]> {
  const numbers = await mapInSlices(all, count, budget, (one) => ({ ...one, present: numbersOnly(one) }));
  return numbers.filter((one) => !isEmpty(one));
}

/** NaN last, rising or falling. */
function byValue(direction: 1 | -1): Order {
  return (a, b) => {
    const left = a.values[0];
    const right = b.values[0];
    if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
    return left === right ? 0 : left < right ? -direction : direction;
  };
}

/** By the labels asked for in natural order, then by all labels, so that the order is always the same. */
function byLabels(labels: readonly string[], direction: 1 | -1): Order {
  return (a, b) => {
    for (const name of labels) {
      const order = compareNatural(a.labels.get(name), b.labels.get(name));
      if (order !== 0) return order * direction;
    }
    return compareLabels(a.labels, b.labels) * direction;
  };
}

const PARTS = /\d+|\D+/g;

/** Digits compare as numbers: `node9` before `node10`. */
export function compareNatural(a: string, b: string): number {
  const left = a.match(PARTS) ?? [];
  const right = b.match(PARTS) ?? [];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = comparePart(left[i], right[i]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function comparePart(a: string, b: string): number {
  if (/^\d/.test(a) && /^\d/.test(b)) {
    const difference = BigInt(a) - BigInt(b);
    if (difference !== 0n) return difference < 0n ? -1 : 1;
    return a.length - b.length;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

export const SORTS: FunctionTable = {
  sort: sorted(() => byValue(1), false),
  sort_by_label: sorted((labels) => byLabels(labels, 1), true),
  sort_by_label_desc: sorted((labels) => byLabels(labels, -1), true),
  sort_desc: sorted(() => byValue(-1), false),
};
