import { METRIC_NAME } from '@tidemark/tsdb/model';
import { type Expr, unwrap, type VectorSelector, walk } from '../../syntax/ast.ts';
import { typeOf } from '../../syntax/check.ts';
import { type Aggregator, isArithmetic } from '../../syntax/token.ts';
import { DATES } from '../functions/dates.ts';
import { MATH } from '../functions/math.ts';
import { OVER_TIME } from '../functions/over-time.ts';
import { RATES } from '../functions/rates.ts';
import { TRENDS } from '../functions/trends.ts';

/**
 * Which expressions can be answered in parts, each from some of the series.
 *
 * Without their metric's name two series may have the same labels, and are then one, or an error. That is seen only where all
 * of them meet, so it must be the last thing that a leaf does, unless its selector names the metric: then no two become the same.
 */
export function isLeaf(expr: Expr): boolean {
  let known = leaves.get(expr);
  if (known === undefined) {
    known = looksLikeLeaf(unwrap(expr));
    leaves.set(expr, known);
  }
  return known;
}

/** Rules ask again each second. */
const leaves = new WeakMap<Expr, boolean>();

/** Aggregations whose parts can be put together to the same bits: see running-fold.ts and running-pick.ts. */
const AGGREGATED_IN_PARTS: ReadonlySet<Aggregator> = new Set(['bottomk', 'count', 'group', 'max', 'min', 'sum', 'topk']);

const SERIES_BY_SERIES: ReadonlySet<string> = new Set([
  ...[DATES, MATH, OVER_TIME, RATES, TRENDS].flatMap((table) => Object.keys(table)),
  'timestamp',
]);

const KEEPS_NAMES: ReadonlySet<string> = new Set(['first_over_time', 'last_over_time']);

function looksLikeLeaf(expr: Expr): boolean {
  if (expr.kind === 'aggregation') {
    const { operator, parameter, body } = expr;
    return AGGREGATED_IN_PARTS.has(operator) && (parameter === null || isConstant(parameter)) && canGoOn(body);
  }
  return typeOf(expr) === 'vector' && namesOf(expr) !== null;
}

/** Do the series still have their metrics' names? Null for what does not treat each of them by itself. */
function namesOf(expr: Expr): 'kept' | 'dropped' | null {
  switch (expr.kind) {
    case 'paren':
      return namesOf(expr.body);
    case 'vector':
      return 'kept';
    case 'unary':
      if (!canGoOn(expr.body)) return null;
      return expr.operator === '-' ? 'dropped' : namesOf(expr.body);
    case 'binary': {
      const body = isConstant(expr.left) ? expr.right : isConstant(expr.right) ? expr.left : null;
      if (body === null || typeOf(body) !== 'vector' || !canGoOn(body)) return null;
      return isArithmetic(expr.operator) || expr.returnBool ? 'dropped' : namesOf(body);
    }
    case 'call': {
      if (!SERIES_BY_SERIES.has(expr.name)) return null;
      const bodies = expr.args.filter((arg) => !isConstant(arg));
      if (bodies.length !== 1 || !canGoOn(bodies[0])) return null;
      return KEEPS_NAMES.has(expr.name) ? namesOf(bodies[0]) : 'dropped';
    }
    case 'matrix':
      return 'kept';
    case 'subquery':
      return canGoOn(expr.body) ? namesOf(expr.body) : null;
    default:
      return null;
  }
}

/** May more be done with the body's series before all of them meet? */
export function canGoOn(body: Expr): boolean {
  const names = namesOf(body);
  return names === 'kept' || (names === 'dropped' && namesItsMetric(body));
}

function isConstant(expr: Expr): boolean {
  let constant = typeOf(expr) !== 'vector' && typeOf(expr) !== 'matrix';
  walk(expr, (node) => {
    if (node.kind === 'vector') constant = false;
  });
  return constant;
}

function namesItsMetric(expr: Expr): boolean {
  const selectors: VectorSelector[] = [];
  walk(expr, (node) => {
    if (node.kind === 'vector') selectors.push(node);
  });
  return selectors.every(({ matchers }) =>
    matchers.some(({ name, operator, value }) => name === METRIC_NAME && operator === '=' && value !== ''),
  );
}
