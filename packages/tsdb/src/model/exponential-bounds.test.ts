import { expect, test } from 'vitest';
import { exponentialBound } from './exponential-bounds.ts';

/** From answers of Prometheus 3.14. */
test.each([
  [0, 3, 8],
  [-2, 2, 256],
  [1, -3, 0.35355339059327373],
  [1, -1, 0.7071067811865475],
  [2, 3, 1.6817928305074288],
  [2, 1, 1.189207115002721],
])('schema %i, bucket %i', (schema, index, bound) => {
  expect(exponentialBound(schema, index)).toBe(bound);
});

test('bounds rise, lie close to what is meant, and end at the largest number', () => {
  for (let schema = -4; schema <= 8; schema++) {
    const last = 1024 * 2 ** schema;
    expect(exponentialBound(schema, last)).toBe(Number.MAX_VALUE);
    expect(exponentialBound(schema, last + 1)).toBe(Number.POSITIVE_INFINITY);
    for (let index = -300; index <= Math.min(300, last - 1); index++) {
      const meant = 2 ** (index * 2 ** -schema);
      if (meant === 0 || meant === Number.POSITIVE_INFINITY) continue;
      const bound = exponentialBound(schema, index);
      expect(Math.abs(bound / meant - 1)).toBeLessThan(1e-15);
      expect(exponentialBound(schema, index - 1)).toBeLessThan(bound);
    }
  }
});
