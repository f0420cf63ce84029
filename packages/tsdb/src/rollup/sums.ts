/**
 * The sum of `values[from … to)`. Of decimals, all of up to 12 places, it is that of the decimals, rounded once, in whatever order or
 * parts they come, as long as their digits stay below 2^50; else it is Neumaier's, which is off by a bit or two.
 */
export function sumOfDecimals(values: Float64Array, from: number, to: number): number {
  const sum = decimalSum(values, from, to, guessed);
  // With fewer places there are fewer digits.
  return sum ?? (guessed > 0 ? decimalSum(values, from, to, 0) : null) ?? compensatedSum(values, from, to);
}

/** The places of the sum before: neighbours have as many. Too many change nothing. */
let guessed = 0;

/** Null when a value is no decimal, or the digits are too many. */
function decimalSum(values: Float64Array, from: number, to: number, placesMin: number): number | null {
  for (let places = placesMin; places < POWERS.length; places++) {
    const power = POWERS[places];
    let sum = 0;
    let size = 0;
    let i = from;
    for (; i < to; i++) {
      const value = values[i];
      const digits = Math.round(value * power);
      if ((power === 1 ? digits : digits / power) !== value) break;
      sum += digits;
      size += Math.abs(digits);
    }
    if (size > DIGITS_MAX) return null;
    if (i < to) continue;
    guessed = places;
    return sum / power;
  }
  return null;
}

function compensatedSum(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  let lost = 0;
  for (let i = from; i < to; i++) {
    const value = values[i];
    const total = sum + value;
    if (!Number.isFinite(total)) lost = 0;
    else if (Math.abs(sum) >= Math.abs(value)) lost += sum - total + value;
    else lost += value - total + sum;
    sum = total;
  }
  return sum + lost;
}

const POWERS = Array.from({ length: 13 }, (_, places) => Number(`1e${places}`));

/** So that a sum is found to be a decimal again. */
const DIGITS_MAX = 2 ** 50;

/** What `sumOfDecimals` gives of so many equal decimals. */
export function sumOfSame(value: number, count: number): number {
  for (const power of POWERS) {
    const digits = Math.round(value * power);
    if (digits / power === value && Math.abs(digits * count) <= DIGITS_MAX) return (digits * count) / power + 0;
  }
  return value * count;
}
