/**
 * Short rows of numbers that mostly repeat those of the row before, as the labels of neighbouring series do:
 *
 *   row := size:varint  [mask:varint  number:varint*]        none of an empty row, which the next one is not compared with
 *
 * Bit i of the mask says that number i follows; the others are those of the row before. Numbers from the 32nd on always follow.
 */
import type { ByteReader, ByteWriter } from '@tidemark/base';

const MASKED = 32;

export class RowWriter {
  /** Of the row before what a mask has room for. */
  readonly #before = new Uint32Array(MASKED);
  #masked = 0;

  write(item: ByteWriter, row: Uint32Array): void {
    item.varint(row.length);
    if (row.length === 0) return;
    const before = this.#before;
    const masked = Math.min(row.length, MASKED);
    let mask = 0;
    for (let i = 0; i < masked; i++) {
      if (i >= this.#masked || row[i] !== before[i]) mask |= 1 << i;
      before[i] = row[i];
    }
    item.varint(mask >>> 0);
    for (let i = 0; i < row.length; i++) if (i >= MASKED || ((mask >>> i) & 1) === 1) item.varint(row[i]);
    this.#masked = masked;
  }
}

export class RowReader {
  /** The row that was read last, which is written over by the next one. */
  row = new Uint32Array(64);
  #size = 0;

  /** Returns its length. Throws `RangeError` for a number that is not below `end`, or not there. */
  read(item: ByteReader, end: number): number {
    const size = item.varint();
    if (size === 0) return 0;
    if (size > item.remaining * MASKED) throw new RangeError(`a row of ${size}`);
    if (size > this.row.length) {
      const larger = new Uint32Array(2 * size);
      larger.set(this.row);
      this.row = larger;
    }
    const { row } = this;
    const mask = item.varint();
    for (let left = mask >>> 0; left !== 0; left &= left - 1) {
      const i = 31 - Math.clz32(left & -left);
      if (i >= size) throw new RangeError(`number ${i} of ${size}`);
      row[i] = readBelow(item, end);
    }
    for (let i = this.#size; i < Math.min(size, MASKED); i++) if (((mask >>> i) & 1) === 0) throw new RangeError('no row before to repeat');
    for (let i = MASKED; i < size; i++) row[i] = readBelow(item, end);
    this.#size = size;
    return size;
  }
}

/** A number that counts from 0 up to, not including, `end`. */
export function readBelow(item: ByteReader, end: number): number {
  const number = item.varint();
  if (number >= end) throw new RangeError(`${number} of ${end}`);
  return number;
}
