/**
 * The lesser and the greater of two numbers. A NaN loses against every number, and -0 is less than 0: so the extreme of many
 * does not depend on their order.
 */
export function lesser(a: number, b: number): number {
  if (Number.isNaN(a)) return b;
  if (a === b) return Object.is(a, -0) ? a : b;
  return a < b || Number.isNaN(b) ? a : b;
}

export function greater(a: number, b: number): number {
  if (Number.isNaN(a)) return b;
  if (a === b) return Object.is(a, -0) ? b : a;
  return a > b || Number.isNaN(b) ? a : b;
}
