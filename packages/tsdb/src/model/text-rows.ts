import { grown } from '../postings/word-arena.ts';

const NONE = new Uint32Array(0);

/**
 * Rows of numbers, in few bytes: neighbours are mostly alike, as the labels of series are, so a row says only what is different from the
 * row before.
 *
 *   row := size:varint  [mask:varint  difference:varint*]        none of an empty row, which the next one is not compared with
 *
 * Bit i of the mask says that number i differs, by so much (zigzag); of a number that the row before has not, from 0. Numbers from the 32nd on
 * always follow. Each `ROWS_TOGETHER`th row is compared with none, so that any row is near one that can be read.
 */
export class TextRows {
  #size = 0;
  #bytes = new Uint8Array(FIRST_BYTES);
  #end = 0;
  /** Where each `ROWS_TOGETHER`th row begins. */
  #starts = new Uint32Array(FIRST_STARTS);
  /** The last row that is not empty of those that are together. */
  #last = new Uint32Array(FIRST_NUMBERS);
  #lastLength = 0;
  /** The row that was read last, the last one that was not empty, and where the next one begins. */
  #readRow = -1;
  #isReadEmpty = true;
  #read = new Uint32Array(FIRST_NUMBERS);
  /** Of `#read`, by length: each is made once. */
  #views: (Uint32Array | undefined)[] = [NONE];
  #readLength = 0;
  #readEnd = 0;

  get size(): number {
    return this.#size;
  }

  add(numbers: ArrayLike<number>, begin: number, length: number): void {
    if (this.#size % ROWS_TOGETHER === 0) {
      const start = this.#size / ROWS_TOGETHER;
      if (start === this.#starts.length) this.#starts = grown(this.#starts, start + 1);
      this.#starts[start] = this.#end;
      this.#lastLength = 0;
    }
    this.#size++;
    const most = this.#end + BYTES_PER_NUMBER * (length + 2);
    if (most > this.#bytes.length) this.#bytes = grown(this.#bytes, most);
    const bytes = this.#bytes;
    let at = put(bytes, this.#end, length);
    this.#end = at;
    if (length === 0) return;
    if (length > this.#last.length) this.#last = grown(this.#last, length);
    const last = this.#last;
    if (length > this.#lastLength) last.fill(0, this.#lastLength, length);
    this.#lastLength = length;
    let mask = 0;
    for (let i = 0; i < length && i < MASKED; i++) if (last[i] !== numbers[begin + i]) mask |= 1 << i;
    at = put(bytes, at, mask >>> 0);
    for (let left = mask; left !== 0; left &= left - 1) {
      const i = 31 - Math.clz32(left & -left);
      at = putDifference(bytes, at, numbers[begin + i] - last[i]);
      last[i] = numbers[begin + i];
    }
    for (let i = MASKED; i < length; i++) {
      at = putDifference(bytes, at, numbers[begin + i] - last[i]);
      last[i] = numbers[begin + i];
    }
    this.#end = at;
  }

  /** A view, valid until the next call. Fast when it, or one shortly before, was read last. */
  row(row: number): Uint32Array {
    if (row === this.#readRow) return this.#view();
    const first = row - (row % ROWS_TOGETHER);
    // Of those that are together it goes on from where it is, if that is before.
    if (this.#readRow < first || this.#readRow > row) {
      this.#readRow = first - 1;
      this.#readEnd = this.#starts[first / ROWS_TOGETHER];
      this.#readLength = 0;
    }
    while (this.#readRow < row) this.#readNext();
    return this.#view();
  }

  #view(): Uint32Array {
    if (this.#isReadEmpty) return NONE;
    const known = this.#views[this.#readLength];
    if (known !== undefined) return known;
    const view = this.#read.subarray(0, this.#readLength);
    this.#views[this.#readLength] = view;
    return view;
  }

  #readNext(): void {
    this.#readRow++;
    const bytes = this.#bytes;
    const length = this.#take(bytes);
    this.#isReadEmpty = length === 0;
    if (length === 0) return;
    if (length > this.#read.length) {
      this.#read = grown(this.#read, length);
      this.#views = [NONE];
    }
    const read = this.#read;
    if (length > this.#readLength) read.fill(0, this.#readLength, length);
    this.#readLength = length;
    for (let left = this.#take(bytes) | 0; left !== 0; left &= left - 1) read[31 - Math.clz32(left & -left)] += this.#takeDifference(bytes);
    for (let i = MASKED; i < length; i++) read[i] += this.#takeDifference(bytes);
  }

  #takeDifference(bytes: Uint8Array): number {
    const value = this.#take(bytes);
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #take(bytes: Uint8Array): number {
    const first = bytes[this.#readEnd++];
    if (first < 128) return first;
    let value = first & 127;
    for (let factor = 128; ; factor *= 128) {
      const byte = bytes[this.#readEnd++];
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }
}

/** Returns where it ends. */
function put(bytes: Uint8Array, at: number, value: number): number {
  let to = at;
  let rest = value;
  for (; rest >= 128; rest = rest < SMALL ? rest >>> 7 : Math.floor(rest / 128)) bytes[to++] = (rest % 128) | 128;
  bytes[to++] = rest;
  return to;
}

function putDifference(bytes: Uint8Array, at: number, difference: number): number {
  return put(bytes, at, difference >= 0 ? 2 * difference : -2 * difference - 1);
}

/** Integer arithmetic goes that far. */
const SMALL = 2 ** 31;

/** One row in so many says all of its numbers; one that is read by itself takes microseconds. */
const ROWS_TOGETHER = 32;

const MASKED = 32;
/** Of 33 bits. */
const BYTES_PER_NUMBER = 5;

const FIRST_BYTES = 256;
const FIRST_STARTS = 8;
const FIRST_NUMBERS = 64;
