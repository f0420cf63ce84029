import type { Finding } from '@tidemark/rpc';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diagnosticsOf, markOf } from './diagnostics.ts';

test('a place is marked as it was found; the unexpected end marks the last character', () => {
  expect(markOf({ from: 2, to: 5 }, 10)).toEqual({ from: 2, to: 5 });
  expect(markOf({ from: 4, to: 4 }, 4)).toEqual({ from: 3, to: 4 });
});

test('a mark always lies within the text, and is empty only when the text is', () => {
  fc.assert(
    fc.property(fc.nat(50), fc.nat(80), fc.nat(80), (length, from, to) => {
      const mark = markOf({ from, to }, length);
      expect(mark.from).toBeGreaterThanOrEqual(0);
      expect(mark.to).toBeLessThanOrEqual(length);
      if (length > 0) expect(mark.from).toBeLessThan(mark.to);
    }),
  );
});

test('a fix becomes a button', () => {
  const finding: Finding = { code: 'x', severity: 'info', message: 'm', from: 0, to: 1, fix: { title: 'Do it', edits: [] } };
  expect(diagnosticsOf([finding, { ...finding, fix: undefined }], 5)).toMatchObject([
    { severity: 'info', message: 'm', actions: [{ name: 'Do it' }] },
    { actions: undefined },
  ]);
});
