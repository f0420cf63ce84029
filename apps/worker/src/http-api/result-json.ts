import { type Openings, openingsOf, POINT_TEXTS_MAX, pointTexts } from '@tidemark/base/kernel';
import type { MatrixSeries, QueryValue } from '@tidemark/promql';
import type { Labels } from '@tidemark/tsdb/model';
import { REPLY_PIECE_CHARS } from '../limits.ts';
import { histogramJson } from './histogram-json.ts';
import { formatTime, formatValue } from './number-format.ts';

/** A query's value as Prometheus writes it, in pieces whose joined text is the JSON. At most `limit` series; with `stats`, if there are any. */
export function* resultJson(value: QueryValue, limit: number, stats: object | null = null): Generator<string> {
  const end = stats === null ? '}' : `,"stats":${JSON.stringify(stats)}}`;
  switch (value.kind) {
    case 'scalar':
      yield `{"resultType":"scalar","result":[${value.atMs / 1000},"${formatValue(value.value)}"]${end}`;
      return;
    case 'string':
      yield `{"resultType":"string","result":[${value.atMs / 1000},${JSON.stringify(value.value)}]${end}`;
      return;
    case 'vector':
      yield '{"resultType":"vector","result":[';
      yield* inPieces(vectorItems(value, limit));
      yield `]${end}`;
      return;
    case 'matrix':
      yield '{"resultType":"matrix","result":[';
      yield* inPieces(matrixItems(value, limit));
      yield `]${end}`;
      return;
  }
}

/** How many series a limit applies to. */
export function seriesCount(value: QueryValue): number {
  switch (value.kind) {
    case 'vector':
      return value.samples.length;
    case 'matrix':
      return value.series.length;
    default:
      return 0;
  }
}

/** By hand, because an object would put names like "10" first. */
export function labelsJson(labels: Labels): string {
  const { pairs } = labels;
  let json = '{';
  for (let i = 0; i < pairs.length; i += 2) json += `${i > 0 ? ',' : ''}${JSON.stringify(pairs[i])}:${JSON.stringify(pairs[i + 1])}`;
  return `${json}}`;
}

function* vectorItems(vector: QueryValue & { kind: 'vector' }, limit: number): Generator<string> {
  const time = formatTime(vector.atMs);
  let separator = '';
  for (const { labels, value, histogram } of vector.samples.slice(0, limit)) {
    const sample =
      histogram === undefined ? `"value":[${time},"${formatValue(value)}"]` : `"histogram":[${time},${histogramJson(histogram)}]`;
    yield `${separator}{"metric":${labelsJson(labels)},${sample}}`;
    separator = ',';
  }
}

function* matrixItems(matrix: QueryValue & { kind: 'matrix' }, limit: number): Generator<string> {
  let separator = '';
  for (const series of matrix.series.slice(0, limit)) {
    if (series.histograms !== undefined) {
      yield separator + mixedJson(series);
      separator = ',';
      continue;
    }
    const { labels, times, values } = series;
    const openings = openingsAt(times);
    let text = `${separator}{"metric":${labelsJson(labels)},"values":[`;
    for (const [i, each] of openings.entries()) {
      const from = i * POINT_TEXTS_MAX;
      text += pointTexts(each, values.subarray(from, from + POINT_TEXTS_MAX));
      if (text.length < REPLY_PIECE_CHARS) continue;
      yield text;
      text = '';
    }
    yield `${text}]}`;
    separator = ',';
  }
}

/** A series some of whose points are native histograms: these have a list of their own. */
function mixedJson({ labels, times, values, histograms = [] }: MatrixSeries): string {
  const numbers: string[] = [];
  const points: string[] = [];
  for (const [i, timeMs] of times.entries()) {
    const histogram = histograms[i];
    if (histogram === undefined) numbers.push(`[${formatTime(timeMs)},"${formatValue(values[i])}"]`);
    else points.push(`[${formatTime(timeMs)},${histogramJson(histogram)}]`);
  }
  const lists = [numbers.length > 0 ? `,"values":[${numbers}]` : '', points.length > 0 ? `,"histograms":[${points}]` : ''];
  return `{"metric":${labelsJson(labels)}${lists.join('')}}`;
}

/** A list, item by item. */
export function* listJson<T>(items: readonly T[], json: (item: T) => string): Generator<string> {
  let separator = '';
  yield '[';
  for (const item of items) {
    yield separator + json(item);
    separator = ',';
  }
  yield ']';
}

/** Series without a gap share their times, and so do the panels of a dashboard. */
let last: { readonly times: Float64Array; readonly openings: readonly Openings[] } | null = null;

/** As many at a time as are written at once. */
function openingsAt(times: Float64Array): readonly Openings[] {
  const openings = last !== null && isSame(last.times, times) ? last.openings : madeOf(times);
  last = { times, openings };
  return openings;
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  return a === b || (a.length === b.length && a.every((time, i) => time === b[i]));
}

function madeOf(times: Float64Array): Openings[] {
  const texts = Array.from(times, (time, i) => `${i > 0 ? ',' : ''}[${formatTime(time)},"`);
  const count = Math.ceil(texts.length / POINT_TEXTS_MAX);
  return Array.from({ length: count }, (_, i) => openingsOf(texts.slice(i * POINT_TEXTS_MAX, (i + 1) * POINT_TEXTS_MAX)));
}

/** Joins small texts into pieces worth a write. */
export function* inPieces(texts: Iterable<string>): Generator<string> {
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (piece.length < REPLY_PIECE_CHARS) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
