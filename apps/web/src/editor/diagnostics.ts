import type { QueryProblem } from '@tidemark/rpc';

/** A mistake as CodeMirror marks it: a stretch that is never empty where there is text to mark. */
export interface Mark {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

/**
 * Problems were found in the text that was sent; the text may have become shorter meanwhile, so positions are clamped to
 * `length`. A problem without a position marks everything, one at the end marks the last character.
 */
export function marksOf(problems: readonly QueryProblem[], length: number): readonly Mark[] {
  return problems.map((problem) => {
    if (problem.from === undefined) return { from: 0, to: length, message: problem.message };
    const to = clamp(problem.to ?? problem.from + 1, 0, length);
    const from = clamp(problem.from, 0, length);
    if (from < to) return { from, to, message: problem.message };
    return { from: Math.max(0, to - 1), to: Math.max(to, Math.min(1, length)), message: problem.message };
  });
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
