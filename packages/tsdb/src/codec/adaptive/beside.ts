import { estimatedBits } from './orders.ts';

/**
 * How steps are told against those of a root: by the differences of both.
 *
 *   along     the root's differences are taken away
 *   opposed   they are added: it goes the other way
 *   apart     neither
 *
 * Gated ones rest wherever the root does: then only the differences where it moves are told. Those apart are always gated, else they
 * would have nothing to do with the root.
 */
export interface BesideForm {
  readonly opposed: boolean;
  readonly gated: boolean;
  readonly apart: boolean;
}

export const GATED_APART: BesideForm = { opposed: false, gated: true, apart: true };

/** Whichever is about the shortest. */
export function formBeside(steps: readonly bigint[], root: readonly bigint[]): BesideForm {
  const gated = restsWith(steps, root) && movesOf(root).length < root.length - 1;
  const bits = (form: BesideForm) => estimatedBits(differencesBeside(steps, root, form));
  const along = { opposed: false, gated, apart: false };
  const opposed = { opposed: true, gated, apart: false };
  const beside = bits(opposed) < bits(along) ? opposed : along;
  return gated && bits(GATED_APART) < bits(beside) ? GATED_APART : beside;
}

/** The first is 0 when they are not gated. */
export function differencesBeside(steps: readonly bigint[], root: readonly bigint[], { opposed, gated, apart }: BesideForm): bigint[] {
  const weight = apart ? 0n : opposed ? -1n : 1n;
  const differences = steps.map((step, i) => (i === 0 ? 0n : BigInt.asIntN(64, step - steps[i - 1] - weight * (root[i] - root[i - 1]))));
  return gated ? movesOf(root).map((i) => differences[i]) : differences;
}

/** What `differencesBeside` was given, from what it gave. */
export function stepsBeside(numbers: readonly bigint[], root: readonly bigint[], { opposed, gated, apart }: BesideForm): bigint[] {
  const weight = apart ? 0n : opposed ? -1n : 1n;
  let differences = numbers;
  if (gated) {
    const at = new Map(movesOf(root).map((position, i) => [position, numbers[i]]));
    differences = root.map((_, i) => at.get(i) ?? 0n);
  }
  let sum = 0n;
  return differences.map((difference, i) => {
    sum += difference;
    return BigInt.asIntN(64, sum + weight * root[i]);
  });
}

/** Where the root moves nothing is said of the rests of what lies beside it. */
export function movesOf(root: readonly bigint[]): number[] {
  return root.flatMap((step, i) => (i > 0 && step !== root[i - 1] ? [i] : []));
}

/** Every number is that before wherever the root rests. */
export function restsWith(numbers: readonly bigint[] | BigUint64Array, root: readonly bigint[]): boolean {
  return root.every((step, i) => i === 0 || step !== root[i - 1] || numbers[i] === numbers[i - 1]);
}
