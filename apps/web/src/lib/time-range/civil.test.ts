import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addUnits, civilAt, instantOf, startOf } from './civil.ts';

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/St_Johns'];

test('an instant comes back from its civil time, except in the hour that happens twice', () => {
  fc.assert(
    fc.property(fc.integer({ min: 946_684_800, max: 2_524_608_000 }), fc.constantFrom(...ZONES), (seconds, zone) => {
      const ms = seconds * 1000;
      const back = instantOf(civilAt(ms, zone), zone);
      expect(civilAt(back, zone)).toEqual(civilAt(ms, zone));
      expect(Math.abs(back - ms)).toBeLessThanOrEqual(3_600_000);
    }),
  );
});

test('times that the clock skips are moved forward', () => {
  const skipped = instantOf({ year: 2026, month: 3, day: 29, hour: 2, minute: 30, second: 0 }, 'Europe/Berlin');
  expect(new Date(skipped).toISOString()).toBe('2026-03-29T01:30:00.000Z');
});

test('months end where they end', () => {
  const from = Date.UTC(2026, 2, 31, 12);
  expect(new Date(addUnits(from, -1, 'mo', 'UTC')).toISOString()).toBe('2026-02-28T12:00:00.000Z');
  expect(new Date(addUnits(from, 1, 'y', 'UTC')).toISOString()).toBe('2027-03-31T12:00:00.000Z');
});

test('weeks begin on Monday', () => {
  expect(new Date(startOf(Date.UTC(2026, 10, 22, 5), 'w', 'UTC')).toISOString()).toBe('2026-11-16T00:00:00.000Z');
  expect(new Date(startOf(Date.UTC(2026, 10, 23, 5), 'w', 'UTC')).toISOString()).toBe('2026-11-23T00:00:00.000Z');
});
