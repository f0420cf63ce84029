/**
 * Columns of one length, cut from few allocations: a typed array of its own costs more than filling it. Those of one allocation stay
 * as long as one of them does.
 */
export class ColumnRoom {
  readonly #length: number;
  #room = new Float64Array(0);
  #used = 0;
  #columns = 1;

  constructor(length: number) {
    this.#length = length;
  }

  copyOf(column: Float64Array): Float64Array {
    const copy = this.#next();
    copy.set(column);
    return copy;
  }

  #next(): Float64Array {
    if (this.#used === this.#room.length) {
      this.#room = new Float64Array(this.#columns * this.#length);
      this.#used = 0;
      this.#columns = Math.max(1, Math.min(2 * this.#columns, Math.floor(ROOM_NUMBERS / this.#length)));
    }
    const from = this.#used;
    this.#used += this.#length;
    return this.#room.subarray(from, this.#used);
  }
}

/** 256 KiB: many columns of the usual length, and little to keep when one of them stays. */
const ROOM_NUMBERS = 32_768;
