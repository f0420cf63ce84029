import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareLabels, compareNames, Labels } from './labels.ts';

const label = fc.tuple(fc.string({ minLength: 1, maxLength: 4, unit: 'binary' }), fc.string({ maxLength: 4, unit: 'binary' }));
const labels = fc.array(label, { maxLength: 5 }).map((entries) => Labels.from(entries));

test('names sort as their UTF-8 bytes do', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(Math.sign(compareNames(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
  );
});

test('keys are equal exactly when the pairs are', () => {
  fc.assert(
    fc.property(labels, labels, (a, b) => {
      expect(a.key === b.key).toBe(compareLabels(a, b) === 0);
    }),
  );
});

test('empty values are no labels, the last of a repeated name stays', () => {
  expect(
    Labels.from([
      ['b', '1'],
      ['a', ''],
      ['b', '2'],
    ]).toObject(),
  ).toEqual({ b: '2' });
  expect(Labels.from({ __name__: 'up', job: 'node' }).toString()).toBe('up{job="node"}');
});
