import { type Call, durationMs, type Expr, isConstant, unwrap, type VectorSelector } from '../syntax/ast.ts';
import { metricNameOf } from '../syntax/check.ts';
import { formatDuration } from '../syntax/numbers.ts';
import { isComparison, type Span } from '../syntax/token.ts';
import { type Check, insertAt, replace } from './check.ts';
import { bareSelector, isCounter } from './facts.ts';

/** Counters and gauges taken for each other, and ranges that hold no two samples. */

/** What does for a gauge what the function does for a counter, and the other way round. */
const OF_COUNTERS: Readonly<Record<string, string>> = { rate: 'deriv', irate: 'deriv', increase: 'delta' };
const OF_GAUGES: Readonly<Record<string, string | null>> = { delta: 'increase', deriv: 'rate', idelta: null, predict_linear: null };

export const rateOfGauge: Check = (node, { facts }) => {
  if (node.kind !== 'call' || !(node.name in OF_COUNTERS)) return null;
  const metric = metricNameOf(node.args[0]);
  if (metric === '') return null;
  const known = isCounter(metric, facts);
  if (known === true) return null;
  const at = { ...nameOf(node), code: 'rate-of-gauge' } as const;
  if (known === null) {
    // Of what is not there the name is wrong, and nothing else is worth a word.
    if (facts.get(metric)?.exists !== true) return null;
    const message = `${metric} may be no counter: nothing says its type, and its name does not end in _total, _sum, _count or _bucket. ${node.name} takes every fall for a restart from zero.`;
    return { ...at, severity: 'info', message };
  }
  const instead = OF_COUNTERS[node.name];
  return {
    ...at,
    severity: 'warning',
    message: `${metric} is a ${facts.get(metric)?.type}, and ${node.name} takes every fall for a restart from zero. Use ${instead}.`,
    fix: { title: `Use ${instead}`, edits: [replace(nameOf(node), instead)] },
  };
};

export const deltaOfCounter: Check = (node, { facts }) => {
  if (node.kind !== 'call' || !(node.name in OF_GAUGES)) return null;
  const metric = metricNameOf(node.args[0]);
  if (metric === '' || isCounter(metric, facts) !== true) return null;
  const instead = OF_GAUGES[node.name];
  const advice = instead === null ? `Take its rate first.` : `Use ${instead}.`;
  return {
    ...nameOf(node),
    code: 'delta-of-counter',
    severity: 'warning',
    message: `${metric} is a counter, and ${node.name} takes its restarts for falls. ${advice}`,
    fix: instead === null ? undefined : { title: `Use ${instead}`, edits: [replace(nameOf(node), instead)] },
  };
};

const RESTART_AWARE = new Set(['rate', 'irate', 'increase', 'resets']);

export const rateOfAggregation: Check = (node, around) => {
  if (node.kind !== 'call' || !RESTART_AWARE.has(node.name)) return null;
  const ranged = unwrap(node.args[0]);
  if (ranged.kind !== 'subquery') return null;
  const aggregation = unwrap(ranged.body);
  if (aggregation.kind !== 'aggregation') return null;
  const { body, operator } = aggregation;
  const window = around.text.slice(ranged.body.span.to, ranged.span.to);
  const selector = bareSelector(body);
  // A plain selector needs no subquery.
  const isPlain = selector !== null && selector === body && !isShifted(selector) && ranged.step === null && !/offset|@/i.test(window);
  const inner = isPlain ? around.written(body.span) + window.replace(/:\s*\]/, ']') : `(${around.written(body.span)})${window}`;
  const before = around.text.slice(aggregation.span.from, body.span.from);
  const after = around.text.slice(body.span.to, aggregation.span.to);
  return {
    ...node.span,
    code: 'rate-of-aggregation',
    severity: 'warning',
    message: `${operator} comes before ${node.name}: when one of the series restarts, the whole falls, and the fall is counted as a restart of all. Take the ${node.name} of each series first.`,
    fix: { title: `${operator} of the ${node.name}`, edits: [replace(node.span, `${before}${node.name}(${inner})${after}`)] },
  };
};

/** These need two samples. */
const NEED_TWO = new Set([...Object.keys(OF_COUNTERS), ...Object.keys(OF_GAUGES)]);

export const shortRange: Check = (node, around) => {
  if (node.kind !== 'call' || !NEED_TWO.has(node.name)) return null;
  const ranged = unwrap(node.args[0]);
  if (ranged.kind !== 'matrix' || !isConstant(ranged.range) || ranged.vector.extension !== null) return null;
  const metric = metricNameOf(ranged);
  const intervalMs = around.facts.get(metric)?.intervalMs ?? null;
  const rangeMs = durationMs(ranged.range, 0, 0);
  if (intervalMs === null || rangeMs >= 2 * intervalMs) return null;
  const pieces = around.pieces(ranged.span, [ranged.vector.span]).filter(({ frame }) => frame.kind === 'range' && frame.name === '');
  if (pieces.length === 0) return null;
  const at = { from: pieces[0].from, to: pieces[pieces.length - 2]?.to ?? pieces[0].to };
  const enough = formatDuration(4 * intervalMs);
  return {
    ...at,
    code: 'short-range',
    severity: 'warning',
    message: `${metric} has a sample each ${formatDuration(intervalMs)}, and ${node.name} needs two: most ranges of ${formatDuration(rangeMs)} hold fewer. Take at least ${enough}.`,
    fix: { title: `Take ${enough}`, edits: [replace(at, enough)] },
  };
};

/** In rules only: a graph of a counter is not wrong. */
export const counterCompared: Check = (node, { isRule, facts }) => {
  if (!isRule || node.kind !== 'binary' || !isComparison(node.operator)) return null;
  const right = constantOf(node.right);
  const [compared, constant] = right === null ? [node.right, constantOf(node.left)] : [node.left, right];
  if (constant === null || constant === 0) return null;
  const selector = selectorBelow(compared);
  if (selector === null) return null;
  const metric = metricNameOf(selector);
  const isNative = facts.get(metric)?.type === 'histogram' && !/_(sum|count|bucket)$/.test(metric);
  if (metric === '' || isNative || isCounter(metric, facts) !== true) return null;
  const range = `[${formatDuration(Math.max(300_000, 4 * (facts.get(metric)?.intervalMs ?? 0)))}]`;
  return {
    ...selector.span,
    code: 'counter-compared',
    severity: 'warning',
    message: `${metric} is a counter: once it is above ${constant} it stays there until it restarts. Compare its rate, or its increase.`,
    fix: isShifted(selector)
      ? undefined
      : { title: 'Compare its rate', edits: [insertAt(selector.span.from, 'rate('), insertAt(selector.span.to, `${range})`)] },
  };
};

function nameOf(call: Call): Span {
  return { from: call.span.from, to: call.span.from + call.name.length };
}

export function isShifted({ offset, at }: VectorSelector): boolean {
  return offset !== null || at !== null;
}

function constantOf(expr: Expr): number | null {
  const inner = unwrap(expr);
  return inner.kind === 'number' ? inner.value : null;
}

const KEEP_COUNTS = new Set(['sum', 'avg', 'min', 'max', 'topk', 'bottomk']);

/** The selector whose values are compared, perhaps added up. */
function selectorBelow(expr: Expr): VectorSelector | null {
  const inner = unwrap(expr);
  if (inner.kind === 'aggregation') return KEEP_COUNTS.has(inner.operator) ? selectorBelow(inner.body) : null;
  return inner.kind === 'vector' ? inner : null;
}
