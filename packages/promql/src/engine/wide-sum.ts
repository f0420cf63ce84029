/** A sum of any doubles, exact: a whole number of the smallest double there is, 2^-1074. Slow; for what little needs it. */
export class WideSum {
  #units: bigint;
  /** Of what is not finite; 0 without any. */
  #beyond: number;

  constructor(from?: WideSum) {
    this.#units = from === undefined ? 0n : from.#units;
    this.#beyond = from === undefined ? 0 : from.#beyond;
  }

  add(value: number): void {
    if (Number.isFinite(value)) this.#units += unitsOf(value);
    else this.#beyond += value;
  }

  /** Rounded to the nearest double, to the even one of two; infinite beyond the greatest. */
  total(): number {
    return this.#beyond === 0 ? rounded(this.#units) : this.#beyond;
  }

  /** The `count`-th part of a sum that is beyond the greatest double, if that is not. */
  mean(count: number): number {
    if (this.#beyond !== 0) return this.#beyond;
    // So large that what the division leaves does not matter.
    return rounded(this.#units / BigInt(count));
  }

  /** Doubles whose sum it is. */
  addends(): number[] {
    if (this.#beyond !== 0) return [this.#beyond];
    const values: number[] = [];
    for (let rest = this.#units; rest !== 0n; ) {
      const value = Math.max(-Number.MAX_VALUE, Math.min(rounded(rest), Number.MAX_VALUE));
      values.push(value);
      rest -= unitsOf(value);
    }
    return values;
  }
}

const words = new DataView(new ArrayBuffer(8));
const FRACTION_BITS = 52n;
const FRACTION = (1n << FRACTION_BITS) - 1n;

function unitsOf(value: number): bigint {
  words.setFloat64(0, value);
  const bits = words.getBigUint64(0);
  const exponent = (bits >> FRACTION_BITS) & 0x7ffn;
  const fraction = bits & FRACTION;
  const units = exponent === 0n ? fraction : (fraction | (1n << FRACTION_BITS)) << (exponent - 1n);
  return value < 0 ? -units : units;
}

function rounded(units: bigint): number {
  const magnitude = units < 0n ? -units : units;
  const surplus = Math.max(0, magnitude.toString(2).length - KEPT_BITS);
  let kept = magnitude >> BigInt(surplus);
  if (kept << BigInt(surplus) !== magnitude) kept |= 1n; // It is more than what is kept says.
  // In one step, so that it is not rounded twice, nor beyond what is finite on the way.
  const value = surplus < 52 ? Number(kept) * 2 ** surplus * Number.MIN_VALUE : Number(kept) * powerOfTwo(surplus - 1074);
  return units < 0n ? -value : value;
}

/** More than a double has, so that what is rounded is rounded once. */
const KEPT_BITS = 64;

/** From 2^-1022 on. */
function powerOfTwo(exponent: number): number {
  if (exponent > 1023) return Number.POSITIVE_INFINITY;
  words.setUint32(0, (exponent + 1023) << 20);
  words.setUint32(4, 0);
  return words.getFloat64(0);
}
