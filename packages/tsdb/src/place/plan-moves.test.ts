import { expect, test } from 'vitest';
import { planMoves } from './plan-moves.ts';

const DAY_MS = 86_400_000;
const NOW_MS = 1000 * DAY_MS;
const [RAW, HOUR] = [0, 3_600_000];

/** A block of a tier, so many days old, in a place. */
function block(days: number, place: number, resolutionMs = RAW) {
  return { meta: { id: `${days}d`, toMs: NOW_MS - days * DAY_MS, resolutionMs }, place };
}

const SLOW = { afterMs: 2 * DAY_MS };
const COLD = { afterMs: 10 * DAY_MS, tiers: { [HOUR]: 100 * DAY_MS } };
const ARCHIVE = { afterMs: 365 * DAY_MS };

test.each([
  ['young', block(1, 0), [SLOW, COLD], null],
  ['at the edge', block(2, 0), [SLOW, COLD], null],
  ['old enough for the second', block(3, 0), [SLOW, COLD], 1],
  ['there already', block(3, 1), [SLOW, COLD], null],
  ['past the second', block(11, 0), [SLOW, COLD], 2],
  ['from the second to the third', block(11, 1), [SLOW, COLD], 2],
  ['another tier', block(11, 1, HOUR), [SLOW, COLD], null],
  ['another tier, old enough', block(101, 1, HOUR), [SLOW, COLD], 2],
  ['to the archive', block(400, 2), [SLOW, COLD, ARCHIVE], 3],
  ['never back', block(1, 2), [SLOW, COLD], null],
  ['no other place', block(900, 0), [], null],
])('%s', (_, moved, ages, to) => {
  expect(planMoves([moved], ages, NOW_MS)).toEqual(to === null ? [] : [{ block: moved, to }]);
});

test('the oldest go first', () => {
  const blocks = [block(20, 0), block(30, 0), block(3, 0), block(25, 1)];
  expect(planMoves(blocks, [SLOW, COLD], NOW_MS).map((move) => move.block.meta.id)).toEqual(['30d', '25d', '20d', '3d']);
});
