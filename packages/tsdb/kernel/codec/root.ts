// Which root is told against next, and where each of them moves.
import { ROOTS_MAX, rootColumn, SAMPLES_MAX, slot } from './memory';

const COUNTS: usize = memory.data(4 * ROOTS_MAX, 16);

/** How often each moves, and at which positions: found when it is first asked for. */
const MOVES_COUNTS: usize = memory.data(4 * ROOTS_MAX, 16);
const MOVES_BYTES: i32 = 2 * SAMPLES_MAX;
const MOVES: usize = memory.data(ROOTS_MAX * MOVES_BYTES, 16);
const NOT_FOUND: u32 = u32.MAX_VALUE;

export let rootNumber: u32 = 0;
/** Its steps, and how many there are; none when it was damaged. */
export let root: usize = 0;
export let rootCount: u32 = 0;

export function useRoot(number: u32): void {
  rootNumber = number;
  root = rootColumn(number);
  rootCount = load<u32>(placeOf(COUNTS, number));
}

/** `count` steps are there. */
export function keepRoot(number: u32, count: u32): void {
  store<u32>(placeOf(COUNTS, number), count);
  store<u32>(placeOf(MOVES_COUNTS, number), NOT_FOUND);
  useRoot(number);
}

/** Positions, two bytes each, where a root has another step than before. */
export function movesOf(number: u32): usize {
  return MOVES + number * MOVES_BYTES;
}

export function countMoves(number: u32): u32 {
  const known = load<u32>(placeOf(MOVES_COUNTS, number));
  if (known !== NOT_FOUND) return known;
  const steps = rootColumn(number);
  const count = load<u32>(placeOf(COUNTS, number));
  let to = movesOf(number);
  let step = load<i64>(steps);
  for (let i: u32 = 1; i < count; i++) {
    const next = load<i64>(slot(steps, i));
    store<u16>(to, <u16>i);
    to += next === step ? 0 : 2;
    step = next;
  }
  const moves = <u32>(to - movesOf(number)) >> 1;
  store<u32>(placeOf(MOVES_COUNTS, number), moves);
  return moves;
}

function placeOf(numbers: usize, number: u32): usize {
  return numbers + ((<usize>number) << 2);
}
