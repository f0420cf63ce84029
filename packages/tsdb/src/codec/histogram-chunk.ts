import { ByteReader, ByteWriter } from '@tidemark/base';
import { codecKernel } from '../kernel/codec-kernel.ts';
import { CODEC_SAMPLES_MAX } from '../limits.ts';
import { HINTS, hasIntegers } from '../model/histogram-bytes.ts';
import { isMark, markedNumber, markHigh, markLow } from '../model/histogram-mark.ts';
import { HISTOGRAM_BUCKETS_MAX } from '../model/limits.ts';
import { type Buckets, CUSTOM_SCHEMA, type NativeHistogram, SCHEMA_MAX, SCHEMA_MIN } from '../model/native-histogram.ts';
import { ColumnBuffer } from './columns.ts';

/**
 * The values of a chunk with native histograms, in blocks (docs/format/chunk.md, "Histograms"): samples of one shape are columns of their
 * sums, their counts, and the counts in each of their buckets, each encoded as a chunk's values are.
 *
 *   values := 32  runs:varint (group:varint samples:varint){runs}  group*
 *
 * Numbers are group 0. A group's buckets are those that any of its samples has: a histogram that would make them too many begins another.
 */
export const HISTOGRAMS = 32;

export function areHistograms({ bytes, from, to }: { readonly bytes: Uint8Array; readonly from: number; readonly to: number }): boolean {
  return from < to && bytes[from] === HISTOGRAMS;
}

/** Of the values `[from, to)`, given by their words; some of them are marks of `histograms`. Valid until the next call. */
export function encodeHistograms(words: Uint32Array, from: number, to: number, histograms: readonly NativeHistogram[]): Uint8Array {
  const groups = new Groups();
  const numbers: number[] = [];
  out.reset();
  out.u8(HISTOGRAMS);
  const runs: { readonly group: number; samples: number }[] = [];
  for (let i = from; i < to; i++) {
    const marked = isMark(words[2 * i + 1]);
    if (!marked) numbers.push(i);
    const group = marked ? groups.add(histograms[markedNumber(words[2 * i + 1], words[2 * i])]) : NUMBERS;
    const last = runs.at(-1);
    if (last?.group === group) last.samples++;
    else runs.push({ group, samples: 1 });
  }
  out.varint(runs.length);
  for (const { group, samples } of runs) {
    out.varint(group);
    out.varint(samples);
  }
  writeNumbers(words, numbers);
  for (const group of groups.all) writeGroup(group);
  return out.view();
}

/** `count` values, with marks of histograms; valid until the next call. Throws `RangeError` on damage. */
export function decodeHistograms(bytes: Uint8Array, from: number, to: number, count: number): ColumnBuffer {
  const reader = new ByteReader(bytes, from, to);
  if (reader.u8() !== HISTOGRAMS) throw new RangeError('values without histograms');
  const positions = readRuns(reader, count);
  decoded.clear();
  decoded.reserve(count);
  decoded.length = count;
  readNumbers(reader, positions[NUMBERS] ?? [], decoded);
  for (let group = 1; group < positions.length; group++) readGroup(reader, positions[group] ?? [], decoded);
  if (reader.remaining !== 0) throw new RangeError('bytes behind the last column');
  return decoded;
}

const NUMBERS = 0;
const out = new ByteWriter(4096);
const decoded = new ColumnBuffer(CODEC_SAMPLES_MAX);

/** Samples of one shape, and the buckets that any of them has. */
interface Group {
  readonly shape: NativeHistogram;
  readonly samples: NativeHistogram[];
  readonly positive: Set<number>;
  readonly negative: Set<number>;
  areIntegers: boolean;
}

class Groups {
  readonly all: Group[] = [];
  #last = -1;

  /** The number of its group. */
  add(histogram: NativeHistogram): number {
    // Fast path: as the one before.
    const known =
      this.#last >= 0 && takes(this.all[this.#last], histogram) ? this.#last : this.all.findLastIndex((group) => takes(group, histogram));
    const at = known >= 0 ? known : this.all.push(groupOf(histogram)) - 1;
    const group = this.all[at];
    group.samples.push(histogram);
    for (const index of histogram.positive.keys()) group.positive.add(index);
    for (const index of histogram.negative.keys()) group.negative.add(index);
    group.areIntegers &&= hasIntegers(histogram);
    this.#last = at;
    return 1 + at;
  }
}

function groupOf(shape: NativeHistogram): Group {
  return { shape, samples: [], positive: new Set(), negative: new Set(), areIntegers: true };
}

function takes({ shape, positive, negative }: Group, histogram: NativeHistogram): boolean {
  if (shape.schema !== histogram.schema || !Object.is(shape.zeroThreshold, histogram.zeroThreshold)) return false;
  if (shape.bounds.length !== histogram.bounds.length || shape.bounds.some((bound, i) => bound !== histogram.bounds[i])) return false;
  let buckets = positive.size + negative.size;
  for (const index of histogram.positive.keys()) if (!positive.has(index)) buckets++;
  for (const index of histogram.negative.keys()) if (!negative.has(index)) buckets++;
  return buckets <= HISTOGRAM_BUCKETS_MAX;
}

function writeNumbers(words: Uint32Array, positions: readonly number[]): void {
  if (positions.length === 0) return;
  const kernel = codecKernel();
  for (const [i, at] of positions.entries()) {
    kernel.words[2 * i] = words[2 * at];
    kernel.words[2 * i + 1] = words[2 * at + 1];
  }
  writeEncoded(positions.length);
}

function writeGroup({ shape, samples, positive, negative, areIntegers }: Group): void {
  const { schema, bounds, zeroThreshold } = shape;
  const [positives, negatives] = [rising(positive), rising(negative)];
  out.u8(schema & 0xff);
  out.u8(areIntegers ? 1 : 0);
  if (schema === CUSTOM_SCHEMA) {
    out.varint(bounds.length);
    for (const bound of bounds) out.f64(bound);
  } else out.f64(zeroThreshold);
  for (const indexes of [positives, negatives]) {
    out.varint(indexes.length);
    let before = 0;
    for (const index of indexes) {
      out.zigzag(index - before);
      before = index;
    }
  }
  const column = (partOf: (histogram: NativeHistogram) => number): void => {
    const { values } = codecKernel();
    for (let i = 0; i < samples.length; i++) values[i] = partOf(samples[i]);
    writeEncoded(samples.length);
  };
  column(({ hint }) => HINTS.indexOf(hint));
  column(({ sum }) => sum);
  column(areIntegers ? (histogram) => histogram.count - inBuckets(histogram) : ({ count }) => count);
  if (schema !== CUSTOM_SCHEMA) column(({ zeroCount }) => zeroCount);
  for (const index of positives) column((histogram) => histogram.positive.get(index) ?? 0);
  for (const index of negatives) column((histogram) => histogram.negative.get(index) ?? 0);
}

/** What is in the kernel's values. */
function writeEncoded(count: number): void {
  const bytes = codecKernel().encodeValues(count, true);
  out.varint(bytes.length);
  out.bytes(bytes);
}

function rising(indexes: ReadonlySet<number>): number[] {
  return [...indexes].sort((a, b) => a - b);
}

/** What a sender counts twice: all observations are in a bucket, but for those that are no numbers. */
function inBuckets({ zeroCount, positive, negative }: Pick<NativeHistogram, 'zeroCount' | 'positive' | 'negative'>): number {
  let sum = zeroCount;
  for (const count of positive.values()) sum += count;
  for (const count of negative.values()) sum += count;
  return sum;
}

/** By group, where its samples are. */
function readRuns(reader: ByteReader, count: number): number[][] {
  const positions: number[][] = [];
  let at = 0;
  for (let runs = reader.varint(); runs > 0; runs--) {
    const group = reader.varint();
    const samples = reader.varint();
    if (group > Math.max(1, positions.length)) throw new RangeError('a group before its time');
    if (samples === 0 || samples > count - at) throw new RangeError('a run of more samples than there are');
    positions[group] ??= [];
    for (const end = at + samples; at < end; at++) positions[group].push(at);
  }
  if (at !== count) throw new RangeError('fewer samples than there are');
  return positions;
}

function readNumbers(reader: ByteReader, positions: readonly number[], into: ColumnBuffer): void {
  if (positions.length === 0) return;
  decodeNext(reader, positions.length);
  const { words } = codecKernel();
  for (const [i, at] of positions.entries()) {
    into.words[2 * at] = words[2 * i];
    into.words[2 * at + 1] = words[2 * i + 1];
  }
}

function readGroup(reader: ByteReader, positions: readonly number[], into: ColumnBuffer): void {
  const count = positions.length;
  if (count === 0) throw new RangeError('a group without samples');
  const schema = (reader.u8() << 24) >> 24;
  const isCustom = schema === CUSTOM_SCHEMA;
  if (!isCustom && (schema < SCHEMA_MIN || schema > SCHEMA_MAX)) throw new RangeError(`histograms of schema ${schema}`);
  const areIntegers = reader.u8() === 1;
  const bounds = isCustom ? Array.from({ length: countOf(reader) }, () => reader.f64()) : [];
  const zeroThreshold = isCustom ? 0 : reader.f64();
  const positives = readIndexes(reader);
  const negatives = readIndexes(reader);
  if (isCustom && (negatives.length > 0 || positives[0] < 0 || (positives.at(-1) ?? 0) > bounds.length))
    throw new RangeError('a bucket without bounds');
  const hints = readColumn(reader, count);
  const sums = readColumn(reader, count);
  const counts = readColumn(reader, count);
  const zeroCounts = isCustom ? null : readColumn(reader, count);
  const positive = readBuckets(reader, positives, count);
  const negative = readBuckets(reader, negatives, count);
  for (const [i, at] of positions.entries()) {
    const buckets = { zeroCount: zeroCounts === null ? 0 : zeroCounts[i], positive: positive[i], negative: negative[i] };
    const hint = HINTS[hints[i]];
    if (hint === undefined) throw new RangeError('a hint that is none');
    const number = into.histograms.push({
      schema,
      bounds,
      zeroThreshold,
      ...buckets,
      count: areIntegers ? counts[i] + inBuckets(buckets) : counts[i],
      sum: sums[i],
      hint,
    });
    into.words[2 * at] = markLow(number - 1);
    into.words[2 * at + 1] = markHigh(number - 1);
  }
}

function readIndexes(reader: ByteReader): number[] {
  let index = 0;
  return Array.from({ length: countOf(reader) }, (_, i) => {
    const gap = reader.zigzag();
    if (i > 0 && gap < 1) throw new RangeError('buckets that do not rise');
    index += gap;
    return index;
  });
}

function countOf(reader: ByteReader): number {
  const count = reader.varint();
  if (count > HISTOGRAM_BUCKETS_MAX) throw new RangeError('more buckets than there may be');
  return count;
}

/** By sample. */
function readBuckets(reader: ByteReader, indexes: readonly number[], count: number): Buckets[] {
  const buckets = Array.from({ length: count }, () => new Map<number, number>());
  for (const index of indexes) {
    decodeNext(reader, count);
    const { values } = codecKernel();
    for (let i = 0; i < count; i++) if (values[i] !== 0) buckets[i].set(index, values[i]);
  }
  return buckets;
}

function readColumn(reader: ByteReader, count: number): Float64Array {
  decodeNext(reader, count);
  return codecKernel().values.slice(0, count);
}

function decodeNext(reader: ByteReader, count: number): void {
  const bytes = reader.bytes(reader.varint());
  codecKernel().decodeValues(bytes, 0, bytes.length, count);
}
