import { expect, test } from 'vitest';
import { heldByAll, openEnded } from './held-ranges.ts';

const FOREVER = Number.POSITIVE_INFINITY;
const tier = (widthMs: number, ...ranges: (readonly [number, number])[]) => ({
  widthMs,
  ranges: ranges.map(([fromMs, toMs]) => ({ fromMs, toMs })),
});

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

test('what keeps the oldest keeps all of the past, and raw samples go on', () => {
  expect(openEnded([tier(0, [5 * DAY, 9 * DAY]), tier(MINUTE, [2 * DAY, 8 * DAY]), tier(HOUR, [0, 7 * DAY])])).toEqual([
    tier(0, [5 * DAY, FOREVER]),
    tier(MINUTE, [2 * DAY, 8 * DAY]),
    tier(HOUR, [-FOREVER, 7 * DAY]),
  ]);
});

test('a unit of windows begins before the samples that it was made of', () => {
  const young = [tier(0, [11 * HOUR, 40 * HOUR]), tier(MINUTE, [10 * HOUR, 38 * HOUR]), tier(HOUR, [0, DAY])];
  expect(openEnded(young)).toEqual([tier(0, [-FOREVER, FOREVER]), tier(MINUTE, [-FOREVER, 38 * HOUR]), tier(HOUR, [-FOREVER, DAY])]);
});

test('the first block that is dropped ends that', () => {
  const young = [tier(0, [12 * HOUR, 40 * HOUR]), tier(MINUTE, [10 * HOUR, 38 * HOUR]), tier(HOUR, [0, DAY])];
  expect(openEnded(young)[0]).toEqual(tier(0, [12 * HOUR, FOREVER]));
});

test('a tier that began later than a finer one does not keep what was before', () => {
  expect(openEnded([tier(MINUTE, [0, 90 * HOUR]), tier(HOUR, [40 * HOUR, 80 * HOUR])])).toEqual([
    tier(MINUTE, [-FOREVER, 90 * HOUR]),
    tier(HOUR, [40 * HOUR, 80 * HOUR]),
  ]);
});

test('several places have together what all of them have, and a place without anything misses nothing', () => {
  const early = openEnded([tier(0, [50 * HOUR, 100 * HOUR]), tier(MINUTE, [0, 40 * HOUR], [60 * HOUR, 90 * HOUR])]);
  const late = openEnded([tier(0, [70 * HOUR, 110 * HOUR]), tier(MINUTE, [60 * HOUR, 80 * HOUR])]);
  expect(heldByAll([early, [], late])).toEqual([
    tier(0, [70 * HOUR, FOREVER]),
    tier(MINUTE, [-FOREVER, 40 * HOUR], [50 * HOUR, 90 * HOUR]),
  ]);
});

test('what ended before it was rolled up takes nothing from the others', () => {
  const others = openEnded([tier(0, [50 * HOUR, 100 * HOUR]), tier(HOUR, [0, 90 * HOUR])]);
  const ended = openEnded([tier(0, [HOUR, 2 * HOUR])]);
  expect(heldByAll([others, ended])).toEqual([tier(0, [50 * HOUR, FOREVER]), tier(HOUR, [-FOREVER, 90 * HOUR])]);
});
