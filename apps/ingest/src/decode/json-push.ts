/** The JSON of `POST /api/v1/push`; docs/push.md describes it. */

import { type Malformed, MalformedError, orMalformed } from '@tidemark/base/wire';
import type { MetricMetadata } from '@tidemark/tsdb/model';
import { METRIC_NAME, METRIC_TYPES, writeStaleAt } from '@tidemark/tsdb/model';
import { PLAIN_SERIES_MAX } from '../limits.ts';
import { SeriesNumbers } from '../publish/series-numbers.ts';
import { checkLabels } from './check-labels.ts';
import { type DecodedSamples, IncomingColumns } from './incoming-columns.ts';
import { metadataOf } from './metadata.ts';

/** `nowMs` is the time of samples that have none; `series` names those of one request after another. */
export function decodeJsonPush(text: string, nowMs: number, series = new SeriesNumbers()): DecodedSamples | Malformed {
  series.renewAbove(PLAIN_SERIES_MAX);
  return orMalformed('JSON', () => {
    const body = record(parse(text), 'the body');
    const columns = new IncomingColumns(series, 64);
    if (body.samples === undefined && body.series === undefined && body.metadata === undefined) {
      throw new MalformedError('none of "samples", "series" and "metadata" is there');
    }
    for (const [item, where] of objects(body.samples, 'samples')) readSample(item, where, nowMs, columns);
    for (const [item, where] of objects(body.series, 'series')) readSeries(item, where, columns);
    for (const [item, where] of objects(body.metadata, 'metadata')) readMetadata(item, where, columns);
    return columns.finish();
  });
}

type JsonObject = Readonly<Record<string, unknown>>;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MalformedError((error as Error).message);
  }
}

function readSample(sample: JsonObject, where: string, nowMs: number, columns: IncomingColumns): void {
  addPoint(columns, sample.timeMs ?? nowMs, sample.value, where);
  columns.settle(checkLabels(readLabels(sample, where)));
}

function readSeries(series: JsonObject, where: string, columns: IncomingColumns): void {
  const labels = readLabels(series, where);
  list(series.points, `${where}.points`).forEach((point, i) => {
    if (!Array.isArray(point) || point.length !== 2) throw new MalformedError(`${where}.points[${i}] is not [time, value]`);
    addPoint(columns, point[0], point[1], `${where}.points[${i}]`);
  });
  if (columns.isPending) columns.settle(checkLabels(labels));
}

function addPoint(columns: IncomingColumns, timeMs: unknown, value: unknown, where: string): void {
  if (!Number.isInteger(timeMs)) throw new MalformedError(`${where}: the time must be an integer, in milliseconds`);
  if (value === null) columns.add(timeMs as number, STALE_WORDS[0], STALE_WORDS[1]);
  else columns.addNumber(timeMs as number, numberOf(value, where));
}

const STALE_WORDS = (() => {
  const marker = new Float64Array(1);
  writeStaleAt(marker, 0);
  return new Uint32Array(marker.buffer);
})();

const NAMED_NUMBERS: ReadonlyMap<unknown, number> = new Map([
  ['NaN', Number.NaN],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['-Inf', Number.NEGATIVE_INFINITY],
]);

function numberOf(value: unknown, where: string): number {
  const number = typeof value === 'number' ? value : NAMED_NUMBERS.get(value);
  if (number === undefined) throw new MalformedError(`${where}: the value must be a number, "NaN", "+Inf", "-Inf", or null`);
  return number;
}

/** As name, value, name, value …; `name` is short for the label `__name__`. */
function readLabels(item: JsonObject, where: string): string[] {
  const sent: string[] = [];
  if (item.name !== undefined) sent.push(METRIC_NAME, string(item.name, `${where}.name`));
  if (item.labels !== undefined) {
    for (const [name, value] of Object.entries(record(item.labels, `${where}.labels`)))
      sent.push(name, string(value, `${where}.labels.${name}`));
  }
  return sent;
}

function readMetadata(item: JsonObject, where: string, columns: IncomingColumns): void {
  const type = METRIC_TYPES.indexOf(item.type as MetricMetadata['type']);
  if (type === -1) throw new MalformedError(`${where}.type must be one of ${METRIC_TYPES.join(', ')}`);
  const family = string(item.family, `${where}.family`);
  const metadata = metadataOf(family, type, string(item.help ?? '', `${where}.help`), string(item.unit ?? '', `${where}.unit`));
  if (metadata !== null) columns.metadata.set(family, metadata);
}

function record(value: unknown, where: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new MalformedError(`${where} is not an object`);
  return value as JsonObject;
}

function list(value: unknown, where: string): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new MalformedError(`${where} is not a list`);
  return value;
}

/** The objects of a list, each with its place for error messages. */
function* objects(value: unknown, where: string): Iterable<readonly [JsonObject, string]> {
  for (const [i, item] of list(value, where).entries()) yield [record(item, `${where}[${i}]`), `${where}[${i}]`];
}

function string(value: unknown, where: string): string {
  if (typeof value !== 'string') throw new MalformedError(`${where} is not a string`);
  return value;
}
