import { mapSeries, NOTHING, numbersOnly, type Series, withoutNames } from '../columns.ts';
import type { QueryContext } from '../context.ts';
import { highest, lowest } from '../extremes.ts';
import { mapInSlices } from '../slices.ts';
import type { FunctionBody, FunctionTable } from './registry.ts';

/** Functions of one sample at a time. */

async function changed(series: readonly Series[], context: QueryContext, change: (one: Series) => Series): Promise<Series[]> {
  return withoutNames(await mapInSlices(series, series[0]?.present.length ?? 0, context.budget, change), context);
}

function ofNumber(change: (value: number) => number): FunctionBody {
  return async ({ args, context }) => ({
    kind: 'vector',
    series: await changed(await args.vector(0), context, (one) => mapSeries(one, change)),
  });
}

const clamp: FunctionBody = async ({ args, context }) => {
  const series = await args.vector(0);
  const min = await args.scalar(1);
  const max = await args.scalar(2);
  const bounded = (one: Series) => ({
    ...mapSeries(one, (value, i) => highest(min[i], lowest(max[i], value))),
    present: numbersOnly(one).map((kind, i) => (max[i] < min[i] ? NOTHING : kind)),
  });
  return { kind: 'vector', series: await changed(series, context, bounded) };
};

/** Of two arguments, the bound by step. */
function bounded(change: (value: number, bound: number) => number): FunctionBody {
  return async ({ args, context }) => {
    const series = await args.vector(0);
    const bound = await args.scalar(1);
    return {
      kind: 'vector',
      series: await changed(series, context, (one) => mapSeries(one, (value, i) => change(value, bound[i]))),
    };
  };
}

const round: FunctionBody = async ({ args, steps, context }) => {
  const series: readonly Series[] = await args.vector(0);
  const nearest = args.count > 1 ? await args.scalar(1) : new Float64Array(steps.count).fill(1);
  // Multiplying by the inverse keeps 0.1 exact where dividing by it would not.
  const rounded = (one: Series) =>
    mapSeries(one, (value, i) => {
      const inverse = 1 / nearest[i];
      return Math.floor(value * inverse + 0.5) / inverse;
    });
  return { kind: 'vector', series: await changed(series, context, rounded) };
};

export const MATH: FunctionTable = {
  abs: ofNumber(Math.abs),
  acos: ofNumber(Math.acos),
  acosh: ofNumber(Math.acosh),
  asin: ofNumber(Math.asin),
  asinh: ofNumber(Math.asinh),
  atan: ofNumber(Math.atan),
  atanh: ofNumber(Math.atanh),
  ceil: ofNumber(Math.ceil),
  clamp,
  clamp_max: bounded(lowest),
  clamp_min: bounded(highest),
  cos: ofNumber(Math.cos),
  cosh: ofNumber(Math.cosh),
  deg: ofNumber((value) => (value * 180) / Math.PI),
  exp: ofNumber(Math.exp),
  floor: ofNumber(Math.floor),
  ln: ofNumber(Math.log),
  log10: ofNumber(Math.log10),
  log2: ofNumber(Math.log2),
  rad: ofNumber((value) => (value * Math.PI) / 180),
  round,
  sgn: ofNumber((value) => (value < 0 ? -1 : value > 0 ? 1 : value)),
  sin: ofNumber(Math.sin),
  sinh: ofNumber(Math.sinh),
  sqrt: ofNumber(Math.sqrt),
  tan: ofNumber(Math.tan),
  tanh: ofNumber(Math.tanh),
};
