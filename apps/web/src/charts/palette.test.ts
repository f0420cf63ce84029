import { expect, test } from 'vitest';
import { assignSlots, SERIES_COLORS } from './palette.ts';

const device = (name: string) => ({ device: name, instance: 'web-1' });

test('a series keeps its colour, whatever stands before it and whatever its metric is called', () => {
  const [alone] = assignSlots([device('sda')]);
  expect(assignSlots([{ __name__: 'reads', ...device('sda') }])).toEqual([alone]);
  expect(assignSlots([{ instance: 'web-1', device: 'sda' }])).toEqual([alone]);
});

test('ten series of one panel have ten colours, in any order', () => {
  const labels = Array.from({ length: 10 }, (_, i) => device(`disk-${i}`));
  const slots = assignSlots(labels);
  expect(new Set(slots).size).toBe(SERIES_COLORS.dark.length);
  expect(assignSlots([...labels].reverse()).reverse()).toEqual(slots);
});
