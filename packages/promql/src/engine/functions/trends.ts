import { KahanSum } from '../kahan.ts';
import { QueryError } from '../query-error.ts';
import type { Window } from '../windows.ts';
import { nameless, ofNumbers } from './ranges.ts';
import type { FunctionTable } from './registry.ts';

/** Lines through samples, and smoothing. */

/** Least squares; the intercept is the line's value at `atMs`. */
function regression(window: Window, atMs: number): { slope: number; intercept: number } {
  const { times, values, from, to } = window;
  const count = to - from;
  const sumX = new KahanSum();
  const sumY = new KahanSum();
  const sumXY = new KahanSum();
  const sumXX = new KahanSum();
  let constant = true;
  for (let i = from; i < to; i++) {
    if (values[i] !== values[from]) constant = false;
    const x = (times[i] - atMs) / 1000;
    sumX.add(x);
    sumY.add(values[i]);
    sumXY.add(x * values[i]);
    sumXX.add(x * x);
  }
  // A constant series is a level line, whatever rounding says.
  if (constant) return Number.isFinite(values[from]) ? { slope: 0, intercept: values[from] } : { slope: Number.NaN, intercept: Number.NaN };
  const covariance = sumXY.total - (sumX.total * sumY.total) / count;
  const variance = sumXX.total - (sumX.total * sumX.total) / count;
  const slope = covariance / variance;
  return { slope, intercept: sumY.total / count - (slope * sumX.total) / count };
}

/** Relative to the first sample, for the least loss of digits. */
const deriv = nameless((call) =>
  ofNumbers(call, 0, () => (window) => (window.to - window.from < 2 ? undefined : regression(window, window.times[window.from]).slope)),
);

const predictLinear = nameless(async (call) => {
  const ahead = await call.args.scalar(1);
  return ofNumbers(call, 0, () => (window) => {
    if (window.to - window.from < 2) return undefined;
    const { slope, intercept } = regression(window, window.evalMs);
    return slope * ahead[window.step] + intercept;
  });
});

/** Holt's linear method. */
const smoothing = nameless(async (call) => {
  const { args } = call;
  const level = await args.scalar(1);
  const trend = await args.scalar(2);
  const check = (factor: number, what: string, at: number) => {
    if (!(factor <= 0 || factor >= 1)) return;
    throw new QueryError('execution', `invalid ${what} < 1, got: ${factor.toFixed(6)}`, args.expr(at).span);
  };
  return ofNumbers(call, 0, () => ({ values, from, to, step }) => {
    // Where there is nothing to smooth, factors do not matter.
    check(level[step], 'smoothing factor. Expected: 0 < sf', 1);
    check(trend[step], 'trend factor. Expected: 0 < tf', 2);
    if (to - from < 2) return undefined;
    let before = 0;
    let now = values[from];
    let slope = values[from + 1] - values[from];
    for (let i = from + 1; i < to; i++) {
      if (i > from + 1) slope = trend[step] * (now - before) + (1 - trend[step]) * slope;
      const next = level[step] * values[i] + (1 - level[step]) * (now + slope);
      before = now;
      now = next;
    }
    return now;
  });
});

export const TRENDS: FunctionTable = {
  deriv,
  double_exponential_smoothing: smoothing,
  holt_winters: smoothing,
  predict_linear: predictLinear,
};
