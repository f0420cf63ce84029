/**
 * Doubles that people write are decimals: digits / 10^exponent, with the division rounded as IEEE 754 does.
 * A double is a decimal only if that division gives its bits back.
 */
export const EXPONENT_MAX = 12;

/** Every integer up to here, and the difference of any two, is a double. */
export const DIGITS_MAX = 2 ** 51;

/** The digits of each value at the least exponent that serves all of them; null when none does. */
export function asDecimals(values: Float64Array): { exponent: number; digits: bigint[] } | null {
  for (let exponent = 0; exponent <= EXPONENT_MAX; exponent++) {
    const digits = Array.from(values, (value) => digitsOf(value, exponent));
    if (digits.every((each, i) => each !== null && Object.is(fromDigits(each, exponent), values[i]))) {
      return { exponent, digits: digits as bigint[] };
    }
  }
  return null;
}

/** The nearest digits; null when they are too many. */
export function digitsOf(value: number, exponent: number): bigint | null {
  const scaled = value * 10 ** exponent;
  return Math.abs(scaled) <= DIGITS_MAX ? BigInt(roundToEven(scaled)) : null;
}

export function fromDigits(digits: bigint, exponent: number): number {
  return Number(digits) / 10 ** exponent;
}

/** Of two nearest integers the even one. For magnitudes up to 2^51. */
function roundToEven(value: number): number {
  const shift = 1.5 * 2 ** 52;
  return value + shift - shift;
}
