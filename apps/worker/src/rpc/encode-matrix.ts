import { systemClock } from '@tidemark/base';
import { allBuckets, type MatrixSeries, nativeQuantile, type QueryValue } from '@tidemark/promql';
import type { EncodedMatrix, InstantHistogram, InstantRow } from '@tidemark/rpc';
import type { Labels, NativeHistogram } from '@tidemark/tsdb/model';
import { formatValue } from '../http-api/number-format.ts';
import { ENCODED_AT_ONCE } from '../limits.ts';
import { type BucketSpread, spreadKey } from './bucket-spread.ts';

/** The steps startMs, startMs + stepMs, … up to `endMs`. */
export interface Grid {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/**
 * A range query's value on its grid: NaN where there is no point (a NaN sample looks the same: there is nothing to draw). Others run
 * in between.
 */
export async function encodeMatrix(
  value: QueryValue,
  grid: Grid,
  spreads: ReadonlyMap<string, BucketSpread> | null = null,
  turn = systemClock.turn,
): Promise<EncodedMatrix> {
  const column = ({ times, values }: MatrixSeries) => base64(onGrid(times, values, grid, count));
  const count = Math.floor((grid.endMs - grid.startMs) / grid.stepMs) + 1;
  const series: EncodedMatrix['series'][number][] = [];
  let encoded = 0;
  for (const one of value.kind === 'matrix' ? value.series : []) {
    const spread = spreads?.get(spreadKey(one.labels));
    series.push({
      labels: one.labels.toObject(),
      values: column(one),
      ...(spread !== undefined && { spread: { min: column(spread.min), max: column(spread.max), avg: column(spread.avg) } }),
    });
    encoded += spread === undefined ? count : 4 * count;
    if (encoded < ENCODED_AT_ONCE) continue;
    encoded = 0;
    await turn();
  }
  return { startMs: grid.startMs, stepMs: grid.stepMs, count, series };
}

function onGrid(times: Float64Array, values: Float64Array, { startMs, stepMs }: Grid, count: number): Float64Array {
  if (times.length === count) return values; // Fast path: nothing is missing.
  const column = new Float64Array(count).fill(Number.NaN);
  for (let i = 0; i < times.length; i++) column[(times[i] - startMs) / stepMs] = values[i];
  return column;
}

/** An instant query's value as rows, at most `rowsMax` of them. */
export function instantRows(value: QueryValue, rowsMax: number): { readonly rows: InstantRow[]; readonly total: number } {
  switch (value.kind) {
    case 'scalar':
      return { rows: [{ labels: {}, atMs: value.atMs, value: formatValue(value.value) }], total: 1 };
    case 'string':
      return { rows: [{ labels: {}, atMs: value.atMs, value: value.value }], total: 1 };
    case 'vector': {
      const rows = value.samples.slice(0, rowsMax).map((sample) => row(sample.labels, value.atMs, sample.value, sample.histogram));
      return { rows, total: value.samples.length };
    }
    case 'matrix': {
      const rows: InstantRow[] = [];
      let total = 0;
      for (const { labels, times, values, histograms } of value.series) {
        total += times.length;
        for (let i = 0; i < times.length && rows.length < rowsMax; i++) rows.push(row(labels, times[i], values[i], histograms?.[i]));
      }
      return { rows, total };
    }
  }
}

function row(labels: Labels, atMs: number, value: number, histogram?: NativeHistogram): InstantRow {
  const said = { labels: labels.toObject(), atMs };
  if (histogram === undefined) return { ...said, value: formatValue(value) };
  return { ...said, value: formatValue(histogram.count), histogram: shown(histogram) };
}

function shown(histogram: NativeHistogram): InstantHistogram {
  const quantiles = SHOWN_QUANTILES.map((share) => ({
    share,
    value: formatValue(Number(nativeQuantile(share, histogram).toPrecision(6))),
  }));
  const counts = allBuckets(histogram).map(({ count }) => count);
  return { count: formatValue(histogram.count), sum: formatValue(histogram.sum), quantiles, counts };
}

const SHOWN_QUANTILES = [0.5, 0.9, 0.99];

/** Little-endian, as the machines that run this are. */
function base64(column: Float64Array): string {
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('base64');
}
