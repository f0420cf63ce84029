import { type Duration, durationMs, type Expr, SIGNATURES, type TimeShift, type VectorSelector } from '@tidemark/promql/syntax';

/** An expression's tree as `/api/v1/parse_query` gives it: in Prometheus' names. */
export function treeJson(expr: Expr): object {
  switch (expr.kind) {
    case 'number':
      return { type: 'numberLiteral', val: plainDecimal(expr.value) };
    case 'string':
      return { type: 'stringLiteral', val: expr.value };
    case 'paren':
      return { type: 'parenExpr', expr: treeJson(expr.body) };
    case 'unary':
      return { type: 'unaryExpr', op: expr.operator, expr: treeJson(expr.body) };
    case 'vector':
      return { type: 'vectorSelector', name: expr.name, ...shiftJson(expr), ...selectorJson(expr) };
    case 'matrix':
      return {
        type: 'matrixSelector',
        name: expr.vector.name,
        ...durationJson('range', expr.range),
        ...shiftJson(expr.vector),
        ...selectorJson(expr.vector),
      };
    case 'subquery':
      return {
        type: 'subquery',
        expr: treeJson(expr.body),
        ...durationJson('range', expr.range),
        ...shiftJson(expr),
        ...durationJson('step', expr.step),
      };
    case 'aggregation': {
      const { operator, body, parameter, grouping } = expr;
      const param = parameter === null ? null : treeJson(parameter);
      return { type: 'aggregation', op: operator, expr: treeJson(body), param, grouping: grouping.labels, without: grouping.without };
    }
    case 'binary':
      return {
        type: 'binaryExpr',
        op: expr.operator,
        lhs: treeJson(expr.left),
        rhs: treeJson(expr.right),
        matching: expr.matching === null ? null : matchingJson(expr.matching),
        bool: expr.returnBool,
      };
    case 'call':
      return { type: 'call', func: functionJson(expr.name), args: expr.args.map(treeJson) };
  }
}

function functionJson(name: string): object {
  const signature = SIGNATURES.get(name);
  const { args = [], optional = 0, repeats = false, returns = 'vector' } = signature ?? {};
  return { name, argTypes: args, variadic: repeats ? -1 : optional, returnType: returns };
}

type Matching = NonNullable<Extract<Expr, { kind: 'binary' }>['matching']>;

function matchingJson({ cardinality, labels, on, include, fillLeft, fillRight }: Matching): object {
  return { card: cardinality, labels, on, include, fillValues: { lhs: fillLeft, rhs: fillRight } };
}

function selectorJson({ matchers, extension }: VectorSelector): object {
  return {
    matchers: matchers.map(({ name, operator, value }) => ({ name, value, type: operator })),
    anchored: extension === 'anchored',
    smoothed: extension === 'smoothed',
  };
}

function shiftJson({ offset, at }: TimeShift): object {
  return {
    ...durationJson('offset', offset),
    timestamp: at?.kind === 'time' ? at.atMs : null,
    startOrEnd: at === null || at.kind === 'time' ? null : at.kind,
  };
}

/** Milliseconds under `name`; 0 for what has to be computed, which stands under `nameExpr`. */
function durationJson(name: string, duration: Duration | null): object {
  const isPlain = duration === null || duration.kind === 'seconds';
  const ms = duration === null || !isPlain ? 0 : durationMs(duration, 0, 0);
  return { [name]: ms, [`${name}Expr`]: isPlain ? null : durationTree(duration) };
}

function durationTree(duration: Duration, wrapped = false): object {
  const node = (op: string, lhs: Duration | null, rhs: Duration | null) => ({
    type: 'durationExpr',
    op,
    lhs: lhs && durationTree(lhs),
    rhs: rhs && durationTree(rhs),
    wrapped,
  });
  switch (duration.kind) {
    case 'seconds':
      return { type: 'numberLiteral', val: plainDecimal(duration.seconds), duration: true };
    case 'step':
    case 'range':
      return node(duration.kind, null, null);
    case 'sign':
      return node(duration.operator, null, duration.body);
    case 'paren':
      return durationTree(duration.body, true);
    case 'choice':
      return node(`${duration.choice}_of`, duration.left, duration.right);
    case 'arithmetic':
      return node(duration.operator, duration.left, duration.right);
  }
}

/** The shortest digits that read back as the same number, without an exponent. */
export function plainDecimal(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const text =
    point <= 0
      ? `0.${'0'.repeat(-point)}${digits}`
      : point >= digits.length
        ? digits + '0'.repeat(point - digits.length)
        : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return (Object.is(value, -0) ? '-' : sign) + text;
}
