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
    this.#shape = Uint32Array.from({ length: count }, () => below(reader.varint(), this.#shapes.length));
    this.#pickedAt = sums(count, (i) => this.#shapes[this.#shape[i]].length);
    this.#picked = readPicks(reader, this.#pickedAt, this.#values.length);
    const gaps = Array.from({ length: count }, () => reader.varint());
    let column = 0;
    this.#column = Float64Array.from({ length: count }, () => {
      column += reader.zigzag();
      return column;
    });
    this.#root = Uint32Array.from({ length: count }, (_, i) => atMost(reader.varint(), firstId + i));
    this.#chunkAt = sums(count, () => atMost(reader.varint(), page.length));
    this.#bytes = Uint32Array.from({ length: atMost(this.#chunkAt[count], reader.remaining) }, () => reader.varint());
    this.#runAt = new Float64Array(count);
    this.#checked = this.#placeStretches(at, gaps, reader);
    if (reader.remaining > 0) throw new RangeError('more than the page should have');
    this.#labels = new Array(count).fill(undefined);
  }

  labels(id: number): Labels {
    const at = id - this.#firstId;
    this.#labels[at] ??= Labels.fromSortedPairs(
      this.#shapes[this.#shape[at]].flatMap((name, i) => [name, this.#values.get(this.#picked[this.#pickedAt[at] + i])]),
    );
    return this.#labels[at];
  }

  placed(id: number): PlacedValues {
    const at = id - this.#firstId;
    const bytes = Array.from(this.#bytes.subarray(this.#chunkAt[at], this.#chunkAt[at + 1]));
    return { at: this.#runAt[at], column: this.#column[at], rootBack: this.#root[at], bytes, checked: this.#checked[at] };
  }

  /** Fills `#runAt`; returns the stretch of each series, the same object for all of one. */
  #placeStretches(start: number, gaps: readonly number[], reader: ByteReader): Section[] {
    const checked: Section[] = [];
    let at = start;
    let stretchAt = -1;
    for (const [i, gap] of gaps.entries()) {
      at += gap;
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
    this.#at = new Uint32Array(atMost(reader.varint(), reader.remaining));
    this.#made = new Array(this.#at.length).fill(undefined);
    for (let i = 0; i < this.#at.length; i++) {
      this.#at[i] = reader.at;
      reader.bytes(reader.varint());
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

/** The numbers of all values, by position. */
function readPicks(reader: ByteReader, pickedAt: Uint32Array, values: number): Uint32Array {
  const series = pickedAt.length - 1;
  const picked = new Uint32Array(atMost(pickedAt[series], reader.remaining));
  let known = 0;
  for (let i = 0; i < series; i++) {
    for (let at = pickedAt[i]; at < pickedAt[i + 1]; at++) {
      const pick = reader.varint();
      if (pick === NEXT) picked[at] = below(known++, values);
      else if (pick !== AS_BEFORE) picked[at] = below(known - 1 - (pick - BACK), values);
      else {
        const before = i === 0 ? -1 : pickedAt[i - 1] + at - pickedAt[i];
        if (before < 0 || before >= pickedAt[i]) throw new RangeError('the value of a label that is not there');
        picked[at] = picked[before];
      }
    }
  }
  return picked;
}

/** Where each of `count` begins that are as long as `length` says, and where the last ends. */
function sums(count: number, length: (i: number) => number): Uint32Array {
  const at = new Uint32Array(count + 1);
  for (let i = 0; i < count; i++) at[i + 1] = at[i] + length(i);
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
