import { sumRoom, windowKernel } from '@tidemark/tsdb/kernel';
import { NUMBER } from './columns.ts';
import { KERNEL_STEPS_MIN } from './limits.ts';
import { WideSum } from './wide-sum.ts';

/**
 * One sum for each step that does not round before it is read: the same bits in whatever order values come, and in whatever parts they are
 * added up first. Three doubles whose sum is the sum so far, each holding what the one before it had to round (Knuth's TwoSum; Shewchuk, 1997),
 * are enough for nearly all data: 150 bits. What does not fit, and what is not finite, goes to a `WideSum`. Numbers that the kernel of windows has just
 * found are added by it, in the same way.
 */
export class ExactSums {
  /** The three columns, behind each other: where the kernel reaches them, if there is room. */
  readonly #sums: Float64Array;
  readonly #isInKernel: boolean;
  readonly #high: Float64Array;
  readonly #middle: Float64Array;
  readonly #low: Float64Array;
  /** By step. */
  readonly #wide = new Map<number, WideSum>();

  /** Who says `inKernel` says when it is done: `release`. */
  constructor(count: number, inKernel = false) {
    const room =
      inKernel && count >= KERNEL_STEPS_MIN
        ? (sumRoom()
            .take(3 * count)
            ?.fill(0) ?? null)
        : null;
    this.#isInKernel = room !== null;
    this.#sums = room ?? new Float64Array(3 * count);
    this.#high = this.#sums.subarray(0, count);
    this.#middle = this.#sums.subarray(count, 2 * count);
    this.#low = this.#sums.subarray(2 * count);
  }

  /** Where `present`, which does not change any more, says NUMBER. */
  add(values: Float64Array, present: Uint8Array): void {
    const count = present.length;
    if (!this.#isInKernel || !windowKernel().canAdd(values)) {
      this.#addFrom(0, count, values, present);
      return;
    }
    for (let at = 0; at < count; ) {
      at = windowKernel().addExactly(values, present, at, this.#sums);
      const end = Math.min(count, at + 2);
      this.#addFrom(at, end, values, present);
      at = end;
    }
  }

  /** The room for the sums is another's from now on. */
  release(): void {
    if (this.#isInKernel) sumRoom().giveBack(this.#sums);
  }

  #addFrom(from: number, to: number, values: Float64Array, present: Uint8Array): void {
    const highs = this.#high;
    const middles = this.#middle;
    for (let i = from; i < to; i++) {
      if (present[i] !== NUMBER) continue;
      const value = values[i];
      const high = highs[i];
      const sum = high + value;
      if (!(Math.abs(sum) <= LARGEST)) {
        this.#wideAt(i).add(value);
        continue;
      }
      highs[i] = sum;
      const rest = roundedOff(high, value, sum);
      if (rest === 0) continue;
      const middle = middles[i];
      const sumOfRests = middle + rest;
      middles[i] = sumOfRests;
      const restOfRest = roundedOff(middle, rest, sumOfRests);
      if (restOfRest !== 0) this.#addLow(i, restOfRest);
    }
  }

  /** The sum, rounded once. */
  totalAt(i: number): number {
    if (this.#low[i] === 0 && !this.#wide.has(i)) return this.#high[i] + this.#middle[i];
    return this.#wholeAt(i).total();
  }

  /** The rounded sum divided by `count`; finite where the sum is not, if that is so. */
  meanAt(i: number, count: number): number {
    const total = this.totalAt(i);
    return Number.isFinite(total) ? total / count : this.#wholeAt(i).mean(count);
  }

  /** Columns whose sum is this, exactly: for who adds up parts. */
  addends(): Float64Array[] {
    const own = [this.#high, this.#middle, this.#low].filter((column, at) => at === 0 || column.some((value) => value !== 0));
    const columns = this.#isInKernel ? own.map((column) => column.slice()) : own;
    for (const [i, wide] of this.#wide) {
      for (const [at, value] of wide.addends().entries()) {
        columns[at + WIDE_FROM] ??= new Float64Array(this.#high.length);
        columns[at + WIDE_FROM][i] = value;
      }
    }
    return columns.filter((column) => column !== undefined);
  }

  #addLow(i: number, value: number): void {
    const low = this.#low[i];
    const sum = low + value;
    this.#low[i] = sum;
    const rest = roundedOff(low, value, sum);
    if (rest !== 0) this.#wideAt(i).add(rest);
  }

  #wideAt(i: number): WideSum {
    let wide = this.#wide.get(i);
    if (wide === undefined) {
      wide = new WideSum();
      this.#wide.set(i, wide);
    }
    return wide;
  }

  #wholeAt(i: number): WideSum {
    const whole = new WideSum(this.#wide.get(i));
    for (const column of [this.#high, this.#middle, this.#low]) whole.add(column[i]);
    return whole;
  }
}

/** Sums up to here leave room for what `roundedOff` adds and takes away. */
const LARGEST = 2 ** 1020;

/** Columns of what is wide come behind those of the three doubles. */
const WIDE_FROM = 3;

/** `a + b` less `sum`, which is that rounded. Exact. */
function roundedOff(a: number, b: number, sum: number): number {
  const ofB = sum - a;
  return a - (sum - ofB) + (b - ofB);
}
