import { Labels } from '@tidemark/tsdb/model';
import { unwrap } from '../../syntax/ast.ts';
import { type Columns, NOTHING, NUMBER, type Series, type Steps, stepTime, withoutNames } from '../columns.ts';
import { highest, lowest } from '../extremes.ts';
import { selectVector } from '../select.ts';
import { mapInSlices, Slices } from '../slices.ts';
import type { FunctionBody, FunctionTable } from './registry.ts';

/** Between scalars and vectors, and the times of queries and samples. */

function byStep(steps: Steps, value: (step: number) => number): Columns {
  const values = new Float64Array(steps.count);
  for (let i = 0; i < steps.count; i++) values[i] = value(i);
  return { kind: 'scalar', values };
}

function ofTwo(choose: (a: number, b: number) => number): FunctionBody {
  return async ({ args, steps }) => {
    const a = await args.scalar(0);
    const b = await args.scalar(1);
    return byStep(steps, (i) => choose(a[i], b[i]));
  };
}

const scalar: FunctionBody = async ({ args, steps, context }) => {
  const series = await args.vector(0);
  const slices = new Slices(context.budget);
  const numbers = new Uint32Array(steps.count);
  const values = new Float64Array(steps.count);
  for (const one of series) {
    await slices.spend(steps.count);
    for (let i = 0; i < steps.count; i++) {
      if (one.present[i] !== NUMBER) continue;
      numbers[i]++;
      values[i] = one.values[i];
    }
  }
  return byStep(steps, (i) => (numbers[i] === 1 ? values[i] : Number.NaN));
};

const vector: FunctionBody = async ({ args, steps }) => {
  const values = await args.scalar(0);
  return { kind: 'vector', series: [{ labels: Labels.EMPTY, values, present: new Uint8Array(steps.count).fill(1) }] };
};

/** Of a selector the time of the sample itself; of anything else the time of evaluation. */
const timestamp: FunctionBody = async ({ args, steps, context }) => {
  const inner = unwrap(args.expr(0));
  if (inner.kind === 'vector')
    return { kind: 'vector', series: await withoutNames(await selectVector(inner, steps, context, 'time'), context) };
  const series = await args.vector(0);
  return {
    kind: 'vector',
    series: await withoutNames(await mapInSlices(series, steps.count, context.budget, (one) => evaluationTimes(one, steps)), context),
  };
};

/** Of anything but a selector nothing is known; nor without starts. */
const startTimestamp: FunctionBody = async ({ args, steps, context }) => {
  const inner = unwrap(args.expr(0));
  if (inner.kind !== 'vector') await args.vector(0);
  if (inner.kind !== 'vector' || !context.features.startTimestamps) return { kind: 'vector', series: [] };
  return { kind: 'vector', series: await withoutNames(await selectVector(inner, steps, context, 'start'), context) };
};

function evaluationTimes({ labels, present }: Series, steps: Steps): Series {
  const values = Float64Array.from(present.keys(), (i) => stepTime(steps, i) / 1000);
  return { labels, values, present: present.map((kind) => (kind === NOTHING ? NOTHING : NUMBER)) };
}

export const SCALARS: FunctionTable = {
  end: ({ steps, context }) => byStep(steps, () => context.endMs / 1000),
  max_of: ofTwo(highest),
  min_of: ofTwo(lowest),
  pi: ({ steps }) => byStep(steps, () => Math.PI),
  range: ({ steps, context }) => byStep(steps, () => (context.endMs - context.startMs) / 1000),
  scalar,
  start: ({ steps, context }) => byStep(steps, () => context.startMs / 1000),
  start_timestamp: startTimestamp,
  step: ({ steps, context }) => byStep(steps, () => context.stepMs / 1000),
  time: ({ steps }) => byStep(steps, (i) => stepTime(steps, i) / 1000),
  timestamp,
  vector,
};
