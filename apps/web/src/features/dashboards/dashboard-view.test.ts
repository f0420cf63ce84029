import { expect, test } from 'vitest';
import { exploreLink, readDashboardView, writeDashboardView } from './dashboard-view.ts';

test('the view goes through the address and leaves the rest alone', () => {
  const start = new URLSearchParams('from=now-1h&to=now');
  const editing = writeDashboardView(start, { editing: true, panel: 'cpu' });
  expect(editing.toString()).toBe('from=now-1h&to=now&edit=1&panel=cpu');
  expect(readDashboardView(editing)).toEqual({ editing: true, panel: 'cpu' });
  expect(writeDashboardView(editing, { editing: false, panel: 'cpu' }).toString()).toBe(start.toString());
  expect(readDashboardView(new URLSearchParams('panel=cpu'))).toEqual({ editing: false, panel: null });
});

test('Explore gets the expressions and the range', () => {
  expect(exploreLink(['up', 'a + b'], new URLSearchParams('from=now-1h&to=now&edit=1&tz=utc'))).toBe(
    '/explore?v=1&q=up&q=a+%2B+b&from=now-1h&to=now&tz=utc',
  );
});
