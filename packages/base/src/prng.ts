/**
 * Seeded randomness for tests, jitter and simulations: sfc32, 128 bits of state.
 * Source: Chris Doty-Humphrey, PractRand (public domain algorithm). Not for secrets.
 */
export interface Prng {
  /** Uniform in [0, 1). */
  next(): number;
  /** A uniform integer in [from, to). */
  int(from: number, to: number): number;
  /** 32 uniform bits, unsigned. */
  bits(): number;
  pick<T>(items: readonly T[]): T;
  /** True with probability `p`. */
  chance(p: number): boolean;
}

export function prng(seed: number): Prng {
  let a = seed | 0;
  let b = 0x9e3779b9 | 0;
  let c = 0x243f6a88 | 0;
  let counter = 1;
  const bits = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) bits();
  const next = () => bits() / 0x1_0000_0000;
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from));
  return { next, int, bits, pick: (items) => items[int(0, items.length)], chance: (p) => next() < p };
}
