import { HISTOGRAM, NUMBER, type Series } from '@tidemark/promql';
import type { SelectedSeries } from '@tidemark/tsdb';
import type { Labels, NativeHistogram } from '@tidemark/tsdb/model';
import type { LabelsReader, LabelsWriter } from './labels-table.ts';

/**
 * Columns over steps of many series, in one buffer that changes hands without a copy. Series whose values lie at the same steps, nearly
 * always all of them, share one pattern of presence.
 *
 *   values f64[series × steps]   labels u32[series]   pattern u32[series]   patterns u8[steps] each
 */
export interface PackedColumns {
  readonly bytes: ArrayBuffer;
  readonly series: number;
  readonly steps: number;
  /** By series; missing where there are none. */
  readonly histograms?: ReadonlyMap<number, Series['histograms']>;
}

/** By series. Labels are numbered in the turn in which they are sent: what is packed before, with breathes, has none yet. */
export function numbersOf(series: readonly Labelled[], table: LabelsWriter): Uint32Array {
  return Uint32Array.from(series, ({ labels }) => table.numberOf(labels));
}

interface Labelled {
  readonly labels: Labels;
}

/** Null for no series. Their labels are yet to be numbered, by `numberLabels`. */
export async function packColumns(series: readonly Series[], steps: number, breathe: () => Promise<void>): Promise<PackedColumns | null> {
  if (series.length === 0) return null;
  const patternOf = new Uint32Array(series.length);
  const patterns = new Patterns();
  for (const [i, { present }] of series.entries()) {
    await breathe();
    patternOf[i] = patterns.numberOf(present);
  }
  const parts = partsOf(new ArrayBuffer(bytesOf(series.length, steps, patterns.all.length)), series.length, steps);
  parts.patternOf.set(patternOf);
  for (const [i, present] of patterns.all.entries()) parts.patterns.set(present, i * steps);
  const histograms = new Map<number, Series['histograms']>();
  for (const [i, one] of series.entries()) {
    await breathe();
    parts.values.set(one.values, i * steps);
    if (one.histograms !== undefined && one.present.includes(HISTOGRAM)) histograms.set(i, one.histograms);
  }
  const packed = { bytes: parts.values.buffer as ArrayBuffer, series: series.length, steps };
  return histograms.size === 0 ? packed : { ...packed, histograms };
}

export function numberLabels({ bytes, series: count, steps }: PackedColumns, series: readonly Labelled[], table: LabelsWriter): void {
  const { labels } = partsOf(bytes, count, steps);
  for (let i = 0; i < count; i++) labels[i] = table.numberOf(series[i].labels);
}

export function unpackColumns({ bytes, series: count, steps, histograms }: PackedColumns, table: LabelsReader): Series[] {
  const { values, labels, patternOf, patterns } = partsOf(bytes, count, steps);
  const present = Array.from({ length: steps === 0 ? 0 : patterns.length / steps }, (_, i) =>
    patterns.subarray(i * steps, (i + 1) * steps),
  );
  const series: Series[] = [];
  for (let i = 0; i < count; i++) {
    const one = { labels: table.at(labels[i]), values: values.subarray(i * steps, (i + 1) * steps), present: present[patternOf[i]] };
    series.push(histograms?.has(i) ? { ...one, histograms: histograms.get(i) } : one);
  }
  return series;
}

function bytesOf(series: number, steps: number, patterns: number): number {
  return series * steps * 8 + series * 8 + patterns * steps;
}

function partsOf(bytes: ArrayBuffer, series: number, steps: number) {
  const labelsAt = series * steps * 8;
  return {
    values: new Float64Array(bytes, 0, series * steps),
    labels: new Uint32Array(bytes, labelsAt, series),
    patternOf: new Uint32Array(bytes, labelsAt + series * 4, series),
    patterns: new Uint8Array(bytes, labelsAt + series * 8),
  };
}

class Patterns {
  readonly all: Uint8Array[] = [];
  readonly #numbers = new Map<Uint8Array, number>();
  /** The one of series that have a number at each step. */
  #full: number | null = null;

  numberOf(present: Uint8Array): number {
    let number = this.#numbers.get(present);
    if (number !== undefined) return number;
    const isFull = present.every((kind) => kind === NUMBER);
    number = isFull && this.#full !== null ? this.#full : this.all.push(present) - 1;
    if (isFull) this.#full = number;
    this.#numbers.set(present, number);
    return number;
  }
}

/** Samples of series, one after the other; series that share a column of times have it once. */
export interface PackedSamples {
  readonly labels: Uint32Array;
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** For each series where its times begin, where its values begin, and how many there are. */
  readonly spans: Uint32Array;
  /** By series, where there are any. */
  readonly histograms: ReadonlyMap<number, readonly NativeHistogram[]>;
}

export async function packSamples(
  selected: readonly SelectedSeries[],
  breathe: () => Promise<void>,
): Promise<Omit<PackedSamples, 'labels'>> {
  const columns = new Map<Float64Array, number>();
  let timesLength = 0;
  let valuesLength = 0;
  const spans = new Uint32Array(selected.length * 3);
  for (const [i, { samples }] of selected.entries()) {
    let from = columns.get(samples.times);
    if (from === undefined) {
      from = timesLength;
      columns.set(samples.times, from);
      timesLength += samples.times.length;
    }
    spans.set([from, valuesLength, samples.values.length], i * 3);
    valuesLength += samples.values.length;
  }
  const times = new Float64Array(timesLength);
  for (const [column, at] of columns) times.set(column, at);
  const values = new Float64Array(valuesLength);
  const histograms = new Map<number, readonly NativeHistogram[]>();
  for (const [i, { samples }] of selected.entries()) {
    await breathe();
    values.set(samples.values, spans[i * 3 + 1]);
    if (samples.histograms !== undefined) histograms.set(i, samples.histograms);
  }
  return { times, values, spans, histograms };
}

/** `labels`: what the numbers stand for, as they do only in the turn in which the value came. */
export async function unpackSamples(
  { times, values, spans, histograms }: PackedSamples,
  labels: readonly Labels[],
  breathe: () => Promise<void>,
): Promise<SelectedSeries[]> {
  const unpacked: SelectedSeries[] = [];
  for (const [i, named] of labels.entries()) {
    if (i % SERIES_PER_BREATH === 0) await breathe();
    const [timesFrom, valuesFrom, count] = spans.subarray(i * 3, i * 3 + 3);
    const samples = {
      times: times.subarray(timesFrom, timesFrom + count),
      values: values.subarray(valuesFrom, valuesFrom + count),
      ...(histograms.has(i) && { histograms: histograms.get(i) }),
    };
    unpacked.push({ labels: named, samples });
  }
  return unpacked;
}

const SERIES_PER_BREATH = 1024;

/** The buffers that change hands with packed samples. */
export function buffersOf(packed: PackedSamples): ArrayBuffer[] {
  return Object.values(packed).flatMap((part) => (ArrayBuffer.isView(part) ? [part.buffer as ArrayBuffer] : []));
}
