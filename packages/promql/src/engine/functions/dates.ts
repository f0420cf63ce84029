import { Labels } from '@tidemark/tsdb/model';
import { mapSeries, type Series, type Steps, stepTime, withoutNames } from '../columns.ts';
import { mapInSlices } from '../slices.ts';
import type { FunctionBody, FunctionTable } from './registry.ts';

/** Parts of a date in UTC, of seconds since the epoch; of the time of evaluation without an argument. */

const DAY_MS = 86_400_000;

function part(read: (date: Date) => number): FunctionBody {
  return async ({ args, steps, context }) => {
    const series: readonly Series[] = args.count === 0 ? [now(steps)] : await args.vector(0);
    const change = (one: Series) => mapSeries(one, (value) => read(new Date(Math.trunc(value) * 1000)));
    // A date costs some times as much as a number.
    const parts = await mapInSlices(series, 4 * steps.count, context.budget, change);
    return { kind: 'vector', series: await withoutNames(parts, context) };
  };
}

function now(steps: Steps): Series {
  const values = Float64Array.from({ length: steps.count }, (_, i) => stepTime(steps, i) / 1000);
  return { labels: Labels.EMPTY, values, present: new Uint8Array(steps.count).fill(1) };
}

export const DATES: FunctionTable = {
  day_of_month: part((date) => date.getUTCDate()),
  day_of_week: part((date) => date.getUTCDay()),
  day_of_year: part((date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS) + 1),
  days_in_month: part((date) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()),
  hour: part((date) => date.getUTCHours()),
  minute: part((date) => date.getUTCMinutes()),
  month: part((date) => date.getUTCMonth() + 1),
  year: part((date) => date.getUTCFullYear()),
};
