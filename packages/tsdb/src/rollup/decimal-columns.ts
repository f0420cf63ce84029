/**
 * Columns of decimals as integers: differences of them are exact, and small.
 */

/** The least number of places that makes all values of all columns integers; null when they are not decimals, or too long. */
export function placesOf(columns: readonly Float64Array[]): number | null {
  let places = 0;
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) {
      while (!isDecimal(column[i], places)) if (++places > PLACES_MAX) return null;
    }
  }
  // With more places the digits are more: those checked with fewer are checked again.
  return columns.every((column) => column.every((value) => isDecimal(value, places))) ? places : null;
}

export function isDecimal(value: number, places: number): boolean {
  const digits = digitsOf(value, places);
  return Math.abs(digits) <= DIGITS_MAX && Object.is(digits / POWERS[places], value);
}

/** Of a decimal. */
export function digitsOf(value: number, places: number): number {
  return Math.round(value * POWERS[places]) + 0;
}

export function fromDigits(digits: number, places: number): number {
  return digits / POWERS[places];
}

export const PLACES_MAX = 12;

/** So that differences, too, are whole numbers that the block codec takes for decimals. */
const DIGITS_MAX = 2 ** 49;

const POWERS = Array.from({ length: PLACES_MAX + 1 }, (_, places) => Number(`1e${places}`));
