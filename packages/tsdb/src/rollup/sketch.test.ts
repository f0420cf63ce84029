import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countAbove, quantileOfSketch, schemaOf } from './ask-sketch.ts';
import { bucketOf, coarser, errorOf, lowerBoundOf, SCHEMA_MAX, upperBoundOf } from './buckets.ts';
import { mergeSketches, sketchOf } from './make-sketch.ts';
import type { Sketched } from './sketch.ts';

const FLOOR = 5;

function sketched(values: readonly number[], floor = FLOOR): Sketched {
  const sketch = sketchOf(Float64Array.from(values), 0, values.length, floor);
  const numbers = values.filter((value) => !Number.isNaN(value));
  const [min, max] = numbers.length === 0 ? [Number.NaN, Number.NaN] : [Math.min(...numbers), Math.max(...numbers)];
  return { sketch, count: values.length, min, max };
}

/** The value of each rank. */
function rising(values: readonly number[]): Float64Array {
  const nans = values.filter(Number.isNaN);
  return Float64Array.from([...nans, ...values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b)]);
}

const anyValue = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -1e4, max: 1e4, noNaN: true }) },
  { weight: 6, arbitrary: fc.double({ min: 1000, max: 1001, noNaN: true }) },
  { weight: 2, arbitrary: fc.double() },
  { weight: 2, arbitrary: fc.constantFrom(0, -0, 1, -1, 2 ** -1074, -(2 ** -1060), Number.MAX_VALUE, Number.NaN, Infinity, -Infinity) },
);
const anyValues = fc.array(anyValue, { minLength: 1, maxLength: 120 });

test('a bucket holds what is between its bounds', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, minExcluded: true, noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: 0, max: 20 }),
      (value, schema) => {
        const index = coarser(bucketOf(value), SCHEMA_MAX - schema);
        // The bounds are rounded themselves.
        expect(value).toBeGreaterThanOrEqual(lowerBoundOf(index, schema) * (1 - 1e-12));
        expect(value).toBeLessThanOrEqual(upperBoundOf(index, schema) * (1 + 1e-12));
      },
    ),
  );
  expect([1, 2, 4, 0.5, 2 ** -1074, 2 ** 1023].map((power) => coarser(bucketOf(power), SCHEMA_MAX))).toEqual([0, 1, 2, -1, -1074, 1023]);
});

test.each([
  { title: 'one value', values: [7, 7, 7], sketch: null },
  { title: 'one value, and zeros of both signs', values: [0, -0], sketch: null },
  { title: 'nothing but NaN', values: [Number.NaN, Number.NaN], sketch: null },
  {
    title: 'a list',
    values: [3, 1, 3, Number.NaN],
    sketch: { kind: 'values', values: Float64Array.of(Number.NaN, 1, 3), counts: Float64Array.of(1, 1, 2) },
  },
  { title: 'more than 16 in one bucket of the finest schema', values: Array.from({ length: 17 }, (_, i) => 1.7e9 + i), sketch: null },
])('what is known of few: $title', ({ values, sketch }) => {
  expect(sketched(values).sketch).toEqual(sketch);
});

test('the finest schema that needs 16 buckets at most is taken, down to the floor', () => {
  const spread = (width: number) => Array.from({ length: 100 }, (_, i) => 100 * (1 + (width * i) / 100));
  const schemas = [0.001, 0.01, 0.1, 1, 10].map((width) => schemaOf(sketched(spread(width))));
  expect(schemas).toEqual([13, 10, 6, 5, 5]);
  expect(schemaOf(sketched(spread(10), 4))).toBe(4);
});

test('quantiles are within half a bucket of the exact ones', () => {
  fc.assert(
    fc.property(anyValues, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
      const window = sketched(values);
      const exact = rising(values);
      const rank = q * (exact.length - 1);
      const lower = exact[Math.floor(rank)];
      const upper = exact[Math.min(exact.length - 1, Math.floor(rank) + 1)];
      const weight = rank - Math.floor(rank);
      const wanted = lower * (1 - weight) + upper * weight;
      const schema = schemaOf(window);
      const given = quantileOfSketch(window, q);
      // The sign of zero is lost in between.
      if (schema === null || !Number.isFinite(wanted)) expect(given + 0).toEqual(wanted + 0);
      else
        expect(Math.abs(given - wanted)).toBeLessThanOrEqual(
          (errorOf(schema) + 1e-12) * Math.max(Math.abs(lower), Math.abs(upper)) + 2 ** -1074,
        );
    }),
  );
});

test('what is above a limit is counted between bounds', () => {
  fc.assert(
    fc.property(anyValues, anyValue, (values, limit) => {
      const window = sketched(values);
      const { least, most } = countAbove(window, limit);
      const exact = values.filter((value) => value > limit).length;
      expect(least).toBeLessThanOrEqual(exact);
      expect(most).toBeGreaterThanOrEqual(exact);
      if (schemaOf(window) === null) expect([least, most]).toEqual([exact, exact]);
    }),
  );
});

test('parts give what the whole does, in whatever order they come', () => {
  fc.assert(
    fc.property(fc.array(anyValues, { minLength: 1, maxLength: 5 }), fc.constantFrom(4, 5), (parts, floor) => {
      const whole = sketched(parts.flat(), floor);
      const windows = parts.map((part) => sketched(part, FLOOR));
      expect(mergeSketches(windows, floor)).toEqual(whole.sketch);
      expect(mergeSketches(windows.reverse(), floor)).toEqual(whole.sketch);
    }),
  );
});
