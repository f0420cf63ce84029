import { expect, test } from 'vitest';
import { describeMissing, joinMissing } from './missing.ts';

const HOUR_MS = 3_600_000;
const BEGIN_MS = Date.parse('2026-01-01T00:00:00Z');
const stretch = (fromHour: number, toHour: number, reason: 'archived' | 'unreachable') => ({
  fromMs: BEGIN_MS + fromHour * HOUR_MS,
  toMs: BEGIN_MS + toHour * HOUR_MS - 15_000,
  reason,
  detail: 'cold does not answer',
});

test('what nearly meets is said once, each reason by itself', () => {
  const missing = [
    stretch(6, 8, 'archived'),
    stretch(0, 2, 'archived'),
    stretch(2, 4, 'archived'),
    stretch(2, 4, 'unreachable'),
    stretch(0, 3, 'archived'),
  ];
  expect(joinMissing(missing)).toEqual([stretch(0, 4, 'archived'), stretch(6, 8, 'archived'), stretch(2, 4, 'unreachable')]);
  expect(joinMissing([])).toEqual([]);
});

test('it is said how to have what is archived back', () => {
  expect(describeMissing([stretch(0, 2, 'archived'), stretch(0, 2, 'unreachable')])).toEqual([
    'samples from 2026-01-01T00:00:00.000Z to 2026-01-01T01:59:45.000Z are missing: they lie in an archive; POST /api/v1/admin/tsdb/restore?start=2026-01-01T00:00:00.000Z&end=2026-01-01T01:59:45.000Z has them brought back, which takes hours',
    'samples from 2026-01-01T00:00:00.000Z to 2026-01-01T01:59:45.000Z are missing: they cannot be read now: cold does not answer',
  ]);
  const [all] = describeMissing([{ fromMs: -1e300, toMs: 1e300, reason: 'unreachable', detail: 'x' }]);
  expect(all).toContain('+275760-09-13');
});
