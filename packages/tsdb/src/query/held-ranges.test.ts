import { expect, test } from 'vitest';
import { heldByAll } from './held-ranges.ts';

const FOREVER = Number.POSITIVE_INFINITY;
const tier = (widthMs: number, ...ranges: (readonly [number, number])[]) => ({
  widthMs,
  ranges: ranges.map(([fromMs, toMs]) => ({ fromMs, toMs })),
});

const [MINUTE, HOUR] = [60_000, 3_600_000];

test('several places have together what all of them have, and a place without anything misses nothing', () => {
  const early = [tier(0, [50 * HOUR, FOREVER]), tier(MINUTE, [-FOREVER, 40 * HOUR], [60 * HOUR, 90 * HOUR])];
  const late = [tier(0, [70 * HOUR, FOREVER]), tier(MINUTE, [-FOREVER, 80 * HOUR])];
  expect(heldByAll([early, [], late])).toEqual([
    tier(0, [70 * HOUR, FOREVER]),
    tier(MINUTE, [-FOREVER, 40 * HOUR], [50 * HOUR, 90 * HOUR]),
  ]);
});

test('what ended before it was rolled up takes nothing from the others', () => {
  const others = [tier(0, [50 * HOUR, FOREVER]), tier(HOUR, [-FOREVER, 90 * HOUR])];
  const ended = [tier(0, [-FOREVER, FOREVER])];
  expect(heldByAll([others, ended])).toEqual([tier(0, [50 * HOUR, FOREVER]), tier(HOUR, [-FOREVER, 90 * HOUR])]);
});

test('thinned is what one of them has thinned and none has lost', () => {
  const rule = { rules: [{ matchers: [{ name: 'a', operator: '=', value: 'x' } as const], leaves: false }], others: true };
  const thinnedFrom = (fromMs: number, toMs: number) => ({
    ...tier(0, [toMs, FOREVER]),
    thinned: [{ ...rule, ranges: [{ fromMs, toMs }] }],
  });
  const whole = tier(0, [-FOREVER, FOREVER]);
  expect(heldByAll([[thinnedFrom(10, 50)], [whole]])).toEqual([thinnedFrom(10, 50)]);
  expect(heldByAll([[thinnedFrom(10, 50)], [tier(0, [30, FOREVER])]])).toEqual([thinnedFrom(30, 50)]);
  expect(heldByAll([[thinnedFrom(10, 50)], [tier(0, [60, FOREVER])]])).toEqual([tier(0, [60, FOREVER])]);
});
