import { expect, test } from 'vitest';
import { bumpField } from './bump-field.ts';
import { dateTimeText, describeRange } from './describe.ts';

test.each([
  ['now-15m', 'now', 'Last 15 minutes'],
  ['now-1h', 'now', 'Last hour'],
  ['now/d', 'now', 'Today'],
  ['now-1d/d', 'now/d', 'Yesterday'],
  ['now-1mo/mo', 'now/mo', 'Previous month'],
  ['now-2h', 'now-1h', 'now-2h to now-1h'],
])('%s to %s is %s', (from, to, words) => expect(describeRange({ kind: 'relative', from, to }, 'utc')).toBe(words));

test('dates leave out what goes without saying', () => {
  const at = Date.UTC(2026, 10, 22, 14, 2, 7);
  expect(dateTimeText(at, 'utc', 'full', at)).toBe('22 Nov 14:02:07');
  expect(dateTimeText(at, 'utc', 'full', Date.UTC(2027, 0, 1))).toBe('22 Nov 2026 14:02:07');
  expect(dateTimeText(at - 7_000, 'utc', 'short', at)).toBe('22 Nov 14:02');
});

test('an arrow key moves the number at the caret', () => {
  expect(bumpField('15m', 1, 1)).toEqual({ text: '16m', from: 0, to: 2 });
  expect(bumpField('2026-11-22 09:00', 12, 1)).toEqual({ text: '2026-11-22 10:00', from: 11, to: 13 });
  expect(bumpField('2026-11-22 09:00', 12, -1)?.text).toBe('2026-11-22 08:00');
  expect(bumpField('yesterday', 3, 1)).toBeNull();
});
