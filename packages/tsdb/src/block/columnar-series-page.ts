import { ByteReader } from '@tidemark/base';
import { Labels } from '../model/labels.ts';
import type { Section } from './format.ts';
import { AS_BEFORE, BACK, NEXT, type PlacedValues, type SeriesPage, STRETCH_BYTES } from './series-page.ts';

/** A page of series that has been read: series-page.ts draws it. Labels are made when they are asked for, and kept. */
export class ColumnarSeriesPage implements SeriesPage {
  readonly #firstId: number;
  readonly #shapes: readonly (readonly string[])[];
  readonly #values: Strings;
  readonly #shape: Uint32Array;
  /** By series: where its values begin in `#picked`, which has their numbers. */
  readonly #pickedAt: Uint32Array;
  readonly #picked: Uint32Array;
  readonly #runAt: Float64Array;
  readonly #column: Float64Array;
  readonly #root: Uint32Array;
  /** By series: where its chunks begin in `#bytes`; and behind the last. */
  readonly #chunkAt: Uint32Array;
  readonly #bytes: Uint32Array;
  readonly #checked: readonly Section[];
  readonly #labels: (Labels | undefined)[];

  /** Throws `RangeError` on damage. */
  constructor(page: Uint8Array, firstId: number, count: number) {
    this.#firstId = firstId;
    const reader = new ByteReader(page);
    const at = reader.varint();
    this.#shapes = Array.from({ length: atMost(reader.varint(), count) }, () =>
      Array.from({ length: atMost(reader.varint(), reader.remaining) }, () => reader.string()),
    );
    this.#values = new Strings(page, reader);
    this.#shape = reader.varints(count);
    this.#pickedAt = sums(this.#shape, (shape) => this.#shapes[below(shape, this.#shapes.length)].length);
    this.#picked = asNumbers(reader.varints(this.#pickedAt[count]), this.#pickedAt, this.#values.length);
    const gaps = reader.varints(count);
    this.#column = asColumns(reader.varints(count));
    this.#root = reader.varints(count);
    for (let i = 0; i < count; i++) atMost(this.#root[i], firstId + i);
    this.#chunkAt = sums(reader.varints(count), (chunks) => atMost(chunks, page.length));
    this.#bytes = reader.varints(this.#chunkAt[count]);
    this.#runAt = new Float64Array(count);
    this.#checked = this.#placeStretches(at, gaps, reader);
    if (reader.remaining > 0) throw new RangeError('more than the page should have');
    this.#labels = new Array(count).fill(undefined);
  }

  labels(id: number): Labels {
    const at = id - this.#firstId;
    let labels = this.#labels[at];
    if (labels === undefined) {
      const pairs: string[] = [];
      let picked = this.#pickedAt[at];
      for (const name of this.#shapes[this.#shape[at]]) pairs.push(name, this.#values.get(this.#picked[picked++]));
      labels = Labels.fromSortedPairs(pairs);
      this.#labels[at] = labels;
    }
    return labels;
  }

  placed(id: number): PlacedValues {
    const at = id - this.#firstId;
    const bytes = Array.from(this.#bytes.subarray(this.#chunkAt[at], this.#chunkAt[at + 1]));
    return { at: this.#runAt[at], column: this.#column[at], rootBack: this.#root[at], bytes, checked: this.#checked[at] };
  }

  /** Fills `#runAt`; returns the stretch of each series, the same object for all of one. */
  #placeStretches(start: number, gaps: Uint32Array, reader: ByteReader): Section[] {
    const checked: Section[] = [];
    let at = start;
    let stretchAt = -1;
    for (let i = 0; i < gaps.length; i++) {
      at += gaps[i];
      this.#runAt[i] = at;
      if (stretchAt < 0) stretchAt = at;
      for (let chunk = this.#chunkAt[i]; chunk < this.#chunkAt[i + 1]; chunk++) at += this.#bytes[chunk];
      if (at - stretchAt < STRETCH_BYTES && i < gaps.length - 1) continue;
      const stretch = { at: stretchAt, bytes: at - stretchAt, crc: reader.u32() };
      while (checked.length <= i) checked.push(stretch);
      stretchAt = -1;
    }
    return checked;
  }
}

/** Made when they are asked for. */
class Strings {
  readonly #page: Uint8Array;
  readonly #at: Uint32Array;
  readonly #made: (string | undefined)[];

  /** strings:varint string{strings} */
  constructor(page: Uint8Array, reader: ByteReader) {
    this.#page = page;
    this.#at = new Uint32Array(atMost(reader.varint(), page.length));
    this.#made = new Array(this.#at.length).fill(undefined);
    for (let i = 0; i < this.#at.length; i++) {
      this.#at[i] = reader.at;
      reader.skip(reader.varint());
    }
  }

  get length(): number {
    return this.#at.length;
  }

  get(number: number): string {
    this.#made[number] ??= new ByteReader(this.#page, this.#at[number]).string();
    return this.#made[number];
  }
}

/** Picks as numbers of values; in place. */
function asNumbers(picks: Uint32Array, pickedAt: Uint32Array, values: number): Uint32Array {
  let known = 0;
  for (let i = 0; i < pickedAt.length - 1; i++) {
    const from = pickedAt[i];
    const before = i === 0 ? from : pickedAt[i - 1];
    for (let at = from; at < pickedAt[i + 1]; at++) {
      const pick = picks[at];
      if (pick === NEXT) picks[at] = below(known++, values);
      else if (pick === AS_BEFORE) picks[at] = picks[below(before + at - from, from)];
      else picks[at] = below(known - 1 - (pick - BACK), values);
    }
  }
  return picks;
}

/** Each was told as the difference to the one before. */
function asColumns(differences: Uint32Array): Float64Array {
  const columns = new Float64Array(differences.length);
  let column = 0;
  for (let i = 0; i < differences.length; i++) {
    const zigzag = differences[i];
    column += zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
    columns[i] = column;
  }
  return columns;
}

/** Where each begins that is as long as `length` says of its number, and where the last ends. */
function sums(numbers: Uint32Array, length: (number: number) => number): Uint32Array {
  const at = new Uint32Array(numbers.length + 1);
  for (let i = 0; i < numbers.length; i++) at[i + 1] = at[i] + length(numbers[i]);
  return at;
}

function atMost(number: number, most: number): number {
  if (number > most) throw new RangeError('more than the page can have');
  return number;
}

function below(number: number, end: number): number {
  if (number < 0 || number >= end) throw new RangeError('a number of nothing on the page');
  return number;
}
