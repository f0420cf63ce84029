import { expect, test } from 'vitest';
import { followsNow, resolveInstant, shifted, zoomedOut } from './range.ts';
import { alignToStep, chooseStepMs } from './step.ts';

test('relative instants add up and are rounded last', () => {
  const now = Date.UTC(2026, 10, 24, 6, 30);
  expect(resolveInstant('now', now, 'UTC')).toBe(now);
  expect(resolveInstant('now-1h+30m', now, 'UTC')).toBe(now - 1_800_000);
  expect(resolveInstant('now-1d/d', now, 'UTC')).toBe(Date.UTC(2026, 10, 23));
  for (const text of ['', 'now-', 'now-1', 'now-1q', 'then-1h', 'now/d-1h']) expect(resolveInstant(text, now, 'UTC')).toBeNull();
});

test('zooming out doubles, shifting goes by half', () => {
  expect(zoomedOut({ fromMs: 100_000, toMs: 200_000 })).toEqual({ kind: 'absolute', fromMs: 50_000, toMs: 250_000 });
  expect(shifted({ fromMs: 100_000, toMs: 200_000 }, -1)).toEqual({ kind: 'absolute', fromMs: 50_000, toMs: 150_000 });
  expect(followsNow({ kind: 'relative', from: 'now-2h', to: 'now-1h' })).toBe(false);
});

test.each([
  [900_000, 500, 1_000],
  [3_600_000, 460, 5_000],
  [86_400_000, 700, 120_000],
  [30 * 86_400_000, 700, 3_600_000],
  [5_000, 100, 1_000],
  [20 * 365 * 86_400_000, 400, 14 * 86_400_000],
])('%d ms over %d px has a step of %d ms', (span, width, step) => {
  expect(chooseStepMs({ fromMs: 0, toMs: span }, width)).toBe(step);
});

test('a range lies on its step', () => {
  expect(alignToStep({ fromMs: 1_001, toMs: 9_999 }, 1_000)).toEqual({ startMs: 2_000, endMs: 9_000 });
  expect(alignToStep({ fromMs: 1_001, toMs: 1_999 }, 1_000)).toEqual({ startMs: 2_000, endMs: 2_000 });
});
