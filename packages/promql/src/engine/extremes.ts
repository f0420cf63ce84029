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

/** As Prometheus bounds numbers: a NaN wins against every number, and an infinity at the end that is asked for against a NaN. */
export function highest(a: number, b: number): number {
  return a === Number.POSITIVE_INFINITY || b === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : Math.max(a, b);
}

export function lowest(a: number, b: number): number {
  return a === Number.NEGATIVE_INFINITY || b === Number.NEGATIVE_INFINITY ? Number.NEGATIVE_INFINITY : Math.min(a, b);
}
