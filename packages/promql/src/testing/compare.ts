import type { Labels } from '@tidemark/tsdb/model';
import { formatHistogram, type NativeHistogram, sameHistogram } from '../engine/histogram/native-histogram.ts';
import type { MatrixSeries, QueryOutcome, VectorSample } from '../engine/value.ts';
import type { Evaluation, Text } from './script.ts';
import type { NotedSeries, NotedValue } from './series-notation.ts';

/** What an evaluation gave against what the script expects. Null means that they agree. */
export function compareOutcome(command: Evaluation, outcome: QueryOutcome): string | null {
  const { expected } = command;
  if (expected.fails !== null) return 'expected to fail, and did not';
  return compareNotes(command, outcome) ?? compareValue(command, outcome);
}

export function compareFailure(command: Evaluation, message: string): string | null {
  const { fails } = command.expected;
  if (fails === null) return `failed: ${message}`;
  return fails.every((text) => fits(text, message)) ? null : `failed with another message: ${message}`;
}

function fits(text: Text, message: string): boolean {
  if (text === null) return true;
  return 'exact' in text ? text.exact === message : text.pattern.test(message);
}

function compareNotes(command: Evaluation, { annotations }: QueryOutcome): string | null {
  const { warns, infos, noWarns, noInfos } = command.expected;
  return compareTexts('warning', warns, noWarns, annotations.warnings) ?? compareTexts('info', infos, noInfos, annotations.infos);
}

function compareTexts(kind: string, wanted: readonly Text[] | null, none: boolean, got: readonly string[]): string | null {
  if (none && got.length > 0) return `unexpected ${kind}: ${got.join('; ')}`;
  if (wanted === null) return null;
  if (got.length === 0) return `expected ${kind} is missing`;
  const agree = (text: Text, message: string) => fits(text, message) || fits(text, message.replace(POSITION, ''));
  const missing = wanted.find((text) => !got.some((message) => agree(text, message)));
  const surplus = got.find((message) => !wanted.some((text) => agree(text, message)));
  return missing === undefined && surplus === undefined ? null : `another ${kind}: ${got.join('; ')}`;
}

/** Scripts may leave it out. */
const POSITION = / \(\d+:\d+\)$/;

function compareValue(command: Evaluation, { value }: QueryOutcome): string | null {
  const { expected, range, startMs } = command;
  switch (value.kind) {
    case 'string':
      return value.value === expected.string ? null : `got the string ${JSON.stringify(value.value)}`;
    case 'scalar':
      if (expected.scalar === null) return `got the scalar ${value.value}`;
      return almostEqual(value.value, expected.scalar) ? null : `got ${value.value} instead of ${expected.scalar}`;
    case 'vector':
      if (expected.scalar !== null || expected.string !== null) return 'got a vector';
      return compareVector(expected.series, value.samples, expected.ordered);
    case 'matrix':
      if (range !== null) return compareMatrix(expected.series, value.series, startMs, range.stepMs);
      if (expected.grid === null) return 'got a range vector';
      return compareMatrix(expected.series, value.series, expected.grid.startMs, expected.grid.stepMs);
  }
}

function compareVector(expected: readonly NotedSeries[], got: readonly VectorSample[], ordered: boolean): string | null {
  const wanted = new Map(expected.map((series, i) => [series.labels.key, { series, i }]));
  for (const [i, sample] of got.entries()) {
    const found = wanted.get(sample.labels.key);
    if (found === undefined) return `unexpected ${sample.labels} ${sample.value}`;
    if (ordered && found.i !== i) return `${sample.labels} is at place ${i + 1} instead of ${found.i + 1}`;
    const shown = sample.histogram === undefined ? String(sample.value) : formatHistogram(sample.histogram);
    if (!sameSample(found.series.values[0], sample.value, sample.histogram)) return `${sample.labels} is ${shown}`;
    wanted.delete(sample.labels.key);
  }
  return missing([...wanted.values()].map(({ series }) => series.labels));
}

function compareMatrix(expected: readonly NotedSeries[], got: readonly MatrixSeries[], startMs: number, stepMs: number): string | null {
  const wanted = new Map(expected.map((series) => [series.labels.key, series]));
  for (const { labels, times, values, histograms } of got) {
    const series = wanted.get(labels.key);
    if (series === undefined) return `unexpected ${labels} ${values.join(' ')}`;
    wanted.delete(labels.key);
    const points = series.values.flatMap((value, i) => (value.kind === 'none' ? [] : [{ value, timeMs: startMs + i * stepMs }]));
    const agrees =
      points.length === times.length &&
      points.every(({ value, timeMs }, i) => timeMs === times[i] && sameSample(value, values[i], histograms?.[i]));
    if (agrees) continue;
    const shown = Array.from(values, (value, i) => {
      const histogram = histograms?.[i];
      return `${histogram === undefined ? value : formatHistogram(histogram)}@${times[i] / 1000}`;
    });
    return `${labels} is ${shown.join(' ')}`;
  }
  const unseen = [...wanted.values()].filter((series) => series.values.some((value) => value.kind !== 'none'));
  return missing(unseen.map((series) => series.labels));
}

function missing(labels: readonly Labels[]): string | null {
  return labels.length === 0 ? null : `missing ${labels.join(', ')}`;
}

function sameSample(expected: NotedValue | undefined, value: number, histogram: NativeHistogram | undefined): boolean {
  if (expected?.kind === 'histogram') {
    const { hint } = expected.histogram;
    // A hint that is not asked for is not compared; among counters it depends on where chunks were cut.
    const sameHint = hint === 'unknown' || (hint === 'gauge') === (histogram?.hint === 'gauge');
    return histogram !== undefined && sameHint && sameHistogram(expected.histogram, histogram, almostEqual);
  }
  return expected?.kind === 'number' && histogram === undefined && almostEqual(expected.value, value);
}

/** Relative, as promqltest compares. */
const EPSILON = 1e-6;

function almostEqual(a: number, b: number): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  if (a === b) return true;
  const difference = Math.abs(a - b);
  const size = Math.abs(a) + Math.abs(b);
  if (a === 0 || b === 0) return difference < EPSILON * Number.EPSILON;
  return difference / Math.min(size, Number.MAX_VALUE) < EPSILON;
}
