// Which order and bias residuals of tokens should have, guessed without codes: three bits and its length for each that is not zero.
import { slot } from './memory';

/** Orders 0 to 3, the bias that makes most residuals zero; then order 0 with a bias below all steps. */
export const GUESSES: u32 = 5;
const BELOW: u32 = 4;

const ESTIMATES: usize = memory.data(4 * 5, 16);

let majorityStep: i64 = 0;
let majorityDifference: i64 = 0;
let leastStep: i64 = 0;

/** So many bits of estimate for each that is not zero are what its symbol takes, about. */
const SYMBOL_BITS: u32 = 3;

export function orderOf(guess: u32): u32 {
  return guess & 3;
}

export function biasOf(guess: u32): i64 {
  return guess === 0 ? majorityStep : guess === 2 ? majorityDifference : guess === BELOW ? leastStep - 1 : 0;
}

/** The guess whose estimate is the least, the first of equals, but not `other`. */
export function likeliest(other: u32): u32 {
  let best: u32 = other === 0 ? 1 : 0;
  for (let guess = best + 1; guess < GUESSES; guess++) if (guess !== other && estimateOf(guess) < estimateOf(best)) best = guess;
  return best;
}

/** The guess is about as good as the best: within an eighth. */
export function isClose(guess: u32, best: u32): bool {
  return estimateOf(guess) - (estimateOf(guess) >> 3) <= estimateOf(best);
}

export function estimateOrders(steps: usize, count: u32): void {
  findBiases(steps, count);
  let step = load<i64>(steps);
  let levels: i32 = bitsOf(step - majorityStep);
  let belows: i32 = bitsOf(step - leastStep + 1);
  let changes: i32 = 0;
  let rises: i32 = 0;
  let bends: i32 = 0;
  let difference: i64 = 0;
  for (let i: u32 = 1; i < count; i++) {
    const next = load<i64>(slot(steps, i));
    const change = next - step;
    levels += bitsOf(next - majorityStep);
    belows += bitsOf(next - leastStep + 1);
    changes += bitsOf(change);
    rises += bitsOf(change - majorityDifference);
    bends += bitsOf(change - difference);
    step = next;
    difference = change;
  }
  store<i32>(ESTIMATES, levels);
  store<i32>(ESTIMATES, changes, 4);
  // Then it is order 1 with a bias to write.
  store<i32>(ESTIMATES, majorityDifference === 0 ? i32.MAX_VALUE : rises, 8);
  store<i32>(ESTIMATES, bends, 12);
  // None has a sign.
  store<i32>(ESTIMATES, belows - <i32>count, 16);
}

function estimateOf(guess: u32): i32 {
  return load<i32>(ESTIMATES + ((<usize>guess) << 2));
}

/** About what a residual takes as a token. */
export function bitsOf(residual: i64): u32 {
  return select<u32>(64 + SYMBOL_BITS - <u32>clz<i64>(abs<i64>(residual)), 0, residual !== 0);
}

/** What more than half of the steps are, and of the differences, if there is such a number: equals and others cancel out. */
function findBiases(steps: usize, count: u32): void {
  let step = load<i64>(steps);
  majorityStep = leastStep = step;
  majorityDifference = 0;
  let stepLead = 1;
  let differenceLead = 0;
  for (let i: u32 = 1; i < count; i++) {
    const next = load<i64>(slot(steps, i));
    const difference = next - step;
    leastStep = min<i64>(leastStep, next);
    if (stepLead === 0) majorityStep = next;
    stepLead += next === majorityStep ? 1 : -1;
    if (differenceLead === 0) majorityDifference = difference;
    differenceLead += difference === majorityDifference ? 1 : -1;
    step = next;
  }
}
