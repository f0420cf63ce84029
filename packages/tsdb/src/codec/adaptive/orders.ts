import { bitLength } from './wide-bytes.ts';

/**
 * Which order and bias residuals of tokens should have, guessed without codes: building these for each takes several times as long as
 * all else, and the guess is as good but for a thousandth of the bytes.
 */
export interface Bet {
  readonly order: number;
  /** Null for orders without one. */
  readonly bias: bigint | null;
}

/** The likeliest, and another that may be as good: with order 0 that is the other bias. */
export function worthTrying(steps: readonly bigint[]): Bet[] {
  const bets = betsOn(steps);
  const best = bets.reduce(likelier);
  if (best.order === 0) return [best, ...bets.filter((each) => each.order === 0 && each !== best)];
  const next = bets.filter((each) => each !== best).reduce(likelier);
  return next.bits - Math.floor(next.bits / 8) <= best.bits ? [best, next] : [best];
}

/** As tokens have them: with signs. */
export function signedResiduals(steps: readonly bigint[], { order, bias }: Bet): bigint[] {
  const differences = differencesOf(steps);
  return steps.map((step, i) => {
    if (order === 0) return BigInt.asIntN(64, step - (bias as bigint));
    if (i === 0) return 0n;
    return BigInt.asIntN(64, differences[i] - (order === 1 ? 0n : order === 2 ? (bias as bigint) : differences[i - 1]));
  });
}

/** About what residuals take as tokens: three bits and its length for each that is not zero. */
export function estimatedBits(residuals: readonly bigint[]): number {
  return residuals.reduce((bits, each) => bits + (each === 0n ? 0 : 3 + bitLength(each < 0n ? -each : each)), 0);
}

type Estimated = Bet & { readonly bits: number };

function betsOn(steps: readonly bigint[]): Estimated[] {
  const rise = majority(differencesOf(steps).slice(1));
  const below = BigInt.asIntN(64, steps.reduce(smaller) - 1n);
  const estimated = (bet: Bet) => ({ ...bet, bits: estimatedBits(signedResiduals(steps, bet)) });
  const bets = [
    { order: 0, bias: majority(steps) },
    { order: 1, bias: null },
    // Without a bias it is order 1.
    ...(rise === 0n ? [] : [{ order: 2, bias: rise }]),
    { order: 3, bias: null },
  ].map(estimated);
  const lowest = estimated({ order: 0, bias: below });
  // None has a sign.
  return [...bets, { ...lowest, bits: lowest.bits - steps.length }];
}

export function smaller(a: bigint, b: bigint): bigint {
  return b < a ? b : a;
}

function likelier(best: Estimated, each: Estimated): Estimated {
  return each.bits < best.bits ? each : best;
}

function differencesOf(steps: readonly bigint[]): bigint[] {
  return steps.map((step, i) => (i === 0 ? 0n : BigInt.asIntN(64, step - steps[i - 1])));
}

/** The one that more than half of the numbers are, if there is one; else any. (Boyer and Moore: equals and others cancel out.) */
function majority(numbers: readonly bigint[]): bigint {
  let candidate = 0n;
  let lead = 0;
  for (const number of numbers) {
    if (lead === 0) candidate = number;
    lead += number === candidate ? 1 : -1;
  }
  return candidate;
}
