// What is told against a root, guessed and filled in: src/codec/adaptive/beside.ts says how.
import { SIGNED, slot } from './memory';
import { bitsOf } from './orders';
import { root } from './root';

const OPPOSED: u32 = 32;
const GATED: u32 = 64;
const APART: u32 = 128;

/** What `estimate` liked best. */
let opposed: bool = false;
let gated: bool = false;
let apart: bool = false;

export function besideFlags(): u32 {
  return (opposed ? OPPOSED : 0) | (gated ? GATED : 0) | (apart ? APART : 0);
}

export function likeGated(): void {
  gated = apart = true;
  opposed = false;
}

/** Values that are no decimals move where the root rests. */
export const MOVES_ALONE: u32 = u32.MAX_VALUE;

/** How often the root rests, and with it what lies in `words`. */
export function restsOf(words: usize, count: u32): u32 {
  let rests: u32 = 0;
  for (let i: u32 = 1; i < count; i++) {
    if (load<i64>(slot(root, i)) !== load<i64>(slot(root, i - 1))) continue;
    if (load<i64>(slot(words, i)) !== load<i64>(slot(words, i - 1))) return MOVES_ALONE;
    rests++;
  }
  return rests;
}

/** Whether the limit is reached is looked at after so many. */
const STRETCH: u32 = 64;

/**
 * About how many bytes tokens take for these steps beside the root that is used; `limit` when it is more. Codes would tell exactly, and take
 * five times as long.
 */
export function estimate(steps: usize, count: u32, limit: u32): u32 {
  const limitBits = limit << 3;
  let along: u32 = 0;
  let against: u32 = 0;
  let own: u32 = 0;
  let rests: u32 = 0;
  let moves: bool = false;
  let step = load<i64>(steps);
  let rootStep = load<i64>(root);
  for (let i: u32 = 1; i < count; ) {
    const end = min<u32>(count, i + STRETCH);
    for (; i < end; i++) {
      const next = load<i64>(slot(steps, i));
      const rootNext = load<i64>(slot(root, i));
      const difference = next - step;
      const rootDifference = rootNext - rootStep;
      along += bitsOf(difference - rootDifference);
      against += bitsOf(difference + rootDifference);
      own += bitsOf(difference);
      rests += <u32>(rootDifference === 0);
      moves = moves || (rootDifference === 0 && difference !== 0);
      step = next;
      rootStep = rootNext;
    }
    const least = min<u32>(along, against);
    if ((moves ? least : min<u32>(least, own) >> 1) >= limitBits) return limit;
  }
  gated = !moves && rests > 0;
  const least = min<u32>(along, against);
  apart = gated && own < least;
  opposed = !apart && against < along;
  const bits = apart ? own : least;
  return (gated ? bits - (bits >> GATED_SHIFT) : bits) >> 3;
}

/** Where the root rests nothing needs to be said: about so much is saved. */
const GATED_SHIFT: u32 = 1;

/** Fills `SIGNED`, as liked best; returns how many numbers there are. */
export function fillBeside(steps: usize, count: u32): u32 {
  const sign: i64 = apart ? 0 : opposed ? -1 : 1;
  let to = SIGNED;
  if (!gated) {
    store<i64>(to, 0);
    to += 8;
  }
  for (let i: u32 = 1; i < count; i++) {
    const rootDifference = load<i64>(slot(root, i)) - load<i64>(slot(root, i - 1));
    const difference = load<i64>(slot(steps, i)) - load<i64>(slot(steps, i - 1));
    store<i64>(to, difference - sign * rootDifference);
    to += gated && rootDifference === 0 ? 0 : 8;
  }
  return <u32>(to - SIGNED) >> 3;
}
