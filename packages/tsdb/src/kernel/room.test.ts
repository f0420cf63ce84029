import { prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { sumRoom } from './room.ts';
import { SUMS_AT } from './shared-memory.ts';

test('who takes room has it alone until it is given back', () => {
  const random = prng(3);
  const room = sumRoom();
  const taken = new Map<Float64Array, number>();
  let refused = 0;
  for (let i = 1; i < 3_000; i++) {
    const given = random.chance(0.45) ? random.pick([...taken.keys(), null]) : null;
    if (given !== null) {
      expect(given.every((each) => each === taken.get(given))).toBe(true);
      room.giveBack(given);
      taken.delete(given);
      continue;
    }
    const column = room.take(random.int(1, 12_000));
    if (column === null) {
      refused++;
      continue;
    }
    taken.set(column.fill(i), i);
  }
  expect(refused).toBeGreaterThan(10);
  for (const column of taken.keys()) room.giveBack(column);
  expect(room.take(12_000)?.byteOffset).toBe(SUMS_AT);
});
