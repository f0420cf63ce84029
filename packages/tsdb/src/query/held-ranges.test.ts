import { expect, test } from 'vitest';
import { heldByAll, openEnded } from './held-ranges.ts';

const FOREVER = Number.POSITIVE_INFINITY;
const tier = (widthMs: number, ...ranges: (readonly [number, number])[]) => ({
  widthMs,
  ranges: ranges.map(([fromMs, toMs]) => ({ fromMs, toMs })),
});

test('what keeps the oldest keeps all of the past, and raw samples go on', () => {
  expect(openEnded([tier(0, [50, 100]), tier(10, [10, 90]), tier(20, [0, 80])])).toEqual([
    tier(0, [50, FOREVER]),
    tier(10, [-FOREVER, 90]),
    tier(20, [-FOREVER, 80]),
  ]);
});

test('a window of days begins before the samples that it was made of', () => {
  expect(openEnded([tier(0, [5, 100]), tier(20, [0, 80])])).toEqual([tier(0, [-FOREVER, FOREVER]), tier(20, [-FOREVER, 80])]);
});

test('a tier that began later than a finer one does not keep what was before', () => {
  expect(openEnded([tier(10, [0, 90]), tier(20, [40, 80])])).toEqual([tier(10, [-FOREVER, 90]), tier(20, [40, 80])]);
});

test('several places have together what all of them have, and a place without anything misses nothing', () => {
  const early = [tier(0, [50, 100]), tier(10, [0, 40], [60, 90])];
  const late = [tier(0, [70, 110]), tier(10, [70, 80])];
  expect(heldByAll([early, [], late])).toEqual([tier(0, [50, FOREVER]), tier(10, [-FOREVER, 40], [60, 80])]);
});
