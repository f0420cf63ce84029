import { HISTOGRAM, NUMBER, type Series } from '@tidemark/promql';
import type { SelectedSeries } from '@tidemark/tsdb';
import type { Labels, NativeHistogram } from '@tidemark/tsdb/model';
import type { LabelsReader, LabelsWriter } from './labels-table.ts';

/**
 * Many series in few buffers, which change hands without a copy.
 *
 * Columns over steps: a value for each series and step in one block; series whose values lie at the same steps, nearly always all of
 * them, share one pattern of presence.
 */
export interface PackedColumns {
  /** Labels, by their numbers. */
  readonly labels: Uint32Array;
  readonly steps: number;
  readonly values: Float64Array;
  readonly patterns: Uint8Array;
  readonly patternOf: Uint32Array;
  /** By series, where there are any. */
  readonly histograms: ReadonlyMap<number, Series['histograms']>;
}

/** By series. Labels are numbered in the turn in which they are sent: what is packed before, with breathes, has none yet. */
export function numbersOf(series: readonly { readonly labels: Labels }[], table: LabelsWriter): Uint32Array {
  return Uint32Array.from(series, ({ labels }) => table.numberOf(labels));
}

export async function packColumns(
  series: readonly Series[],
  steps: number,
  breathe: () => Promise<void>,
): Promise<Omit<PackedColumns, 'labels'>> {
  const values = new Float64Array(series.length * steps);
  const patternOf = new Uint32Array(series.length);
  const patterns = new Patterns();
  const histograms = new Map<number, Series['histograms']>();
  for (const [i, one] of series.entries()) {
    await breathe();
    values.set(one.values, i * steps);
    patternOf[i] = patterns.numberOf(one.present);
    if (one.histograms !== undefined && one.present.includes(HISTOGRAM)) histograms.set(i, one.histograms);
  }
  return { steps, values, patterns: patterns.joined(steps), patternOf, histograms };
}

class Patterns {
  readonly #list: Uint8Array[] = [];
  readonly #numbers = new Map<Uint8Array, number>();
  /** The one of series that have a number at each step. */
  #full: number | null = null;

  numberOf(present: Uint8Array): number {
    let number = this.#numbers.get(present);
    if (number !== undefined) return number;
    const isFull = present.every((kind) => kind === NUMBER);
    number = isFull && this.#full !== null ? this.#full : this.#list.push(present) - 1;
    if (isFull) this.#full = number;
    this.#numbers.set(present, number);
    return number;
  }

  joined(steps: number): Uint8Array {
    const joined = new Uint8Array(this.#list.length * steps);
    for (const [i, present] of this.#list.entries()) joined.set(present, i * steps);
    return joined;
  }
}

export function unpackColumns({ labels, steps, values, patterns, patternOf, histograms }: PackedColumns, table: LabelsReader): Series[] {
  const present = Array.from({ length: steps === 0 ? 0 : patterns.length / steps }, (_, i) =>
    patterns.subarray(i * steps, (i + 1) * steps),
  );
  return Array.from(labels, (number, i) => ({
    labels: table.at(number),
    values: values.subarray(i * steps, (i + 1) * steps),
    present: present[patternOf[i]],
    ...(histograms.has(i) && { histograms: histograms.get(i) }),
  }));
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

export function unpackSamples({ labels, times, values, spans, histograms }: PackedSamples, table: LabelsReader): SelectedSeries[] {
  return Array.from(labels, (number, i) => {
    const [timesFrom, valuesFrom, count] = spans.subarray(i * 3, i * 3 + 3);
    const samples = {
      times: times.subarray(timesFrom, timesFrom + count),
      values: values.subarray(valuesFrom, valuesFrom + count),
      ...(histograms.has(i) && { histograms: histograms.get(i) }),
    };
    return { labels: table.at(number), samples };
  });
}

/** The buffers that change hands with a packed value. */
export function buffersOf(packed: PackedColumns | PackedSamples): ArrayBuffer[] {
  return Object.values(packed).flatMap((part) => (ArrayBuffer.isView(part) ? [part.buffer as ArrayBuffer] : []));
}
