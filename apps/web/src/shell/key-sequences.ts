/** Keys that follow one another, as `t z`. Pure: what was typed so far and the next key give what to do. */
export const SEQUENCE_TIMEOUT_MS = 1200;

export type KeyStep =
  | { readonly kind: 'run'; readonly sequence: string }
  | { readonly kind: 'wait'; readonly typed: string }
  | { readonly kind: 'none' };

export function nextKey(typed: string, key: string, sequences: readonly string[]): KeyStep {
  for (const candidate of typed === '' ? [key] : [`${typed} ${key}`, key]) {
    if (sequences.includes(candidate)) return { kind: 'run', sequence: candidate };
    if (sequences.some((sequence) => sequence.startsWith(`${candidate} `))) return { kind: 'wait', typed: candidate };
  }
  return { kind: 'none' };
}
