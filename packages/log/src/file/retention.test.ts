import { expect, test } from 'vitest';
import { type SegmentFacts, segmentsToDrop } from './retention.ts';

const segment = (partition: number, first: number, beganMs: number, bytes = 10): SegmentFacts => ({ partition, first, beganMs, bytes });
const names = (segments: readonly SegmentFacts[]) => segments.map(({ partition, first }) => `${partition}/${first}`);
const EVERYTHING = Number.POSITIVE_INFINITY;

test('a segment goes when the one after it began before the age', () => {
  const segments = [segment(0, 0, 100), segment(0, 5, 200), segment(0, 9, 300), segment(1, 0, 50), segment(1, 3, 290)];
  const dropped = (nowMs: number) => names(segmentsToDrop(segments, { ageMs: 1000, bytes: EVERYTHING }, nowMs));
  expect(dropped(1199)).toEqual([]);
  expect(dropped(1200)).toEqual(['0/0']);
  expect(dropped(1290)).toEqual(['0/0', '1/0']);
  expect(dropped(1e9)).toEqual(['0/0', '1/0', '0/5']);
});

test('too many bytes drop the oldest of any partition, and never a last segment', () => {
  const segments = [segment(0, 0, 100), segment(0, 5, 200), segment(1, 0, 50), segment(1, 3, 150), segment(2, 0, 1, 1000)];
  const dropped = (bytes: number) => names(segmentsToDrop(segments, { ageMs: EVERYTHING, bytes }, 1e9));
  expect(dropped(1040)).toEqual([]);
  expect(dropped(1039)).toEqual(['1/0']);
  expect(dropped(1)).toEqual(['1/0', '0/0']);
});
