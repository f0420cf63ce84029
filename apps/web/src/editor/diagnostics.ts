import type { Diagnostic } from '@codemirror/lint';
import type { Finding } from '@tidemark/rpc';

/**
 * Findings as CodeMirror marks them: where they are, each as a stretch that is not empty where there is text to mark, with their fixes as
 * buttons. The text may have become shorter meanwhile, so places are clamped to `length`.
 */
export function diagnosticsOf(findings: readonly Finding[], length: number): Diagnostic[] {
  return findings.map(({ severity, message, fix, ...span }) => ({
    ...markOf(span, length),
    severity,
    message,
    actions: fix && [
      {
        name: fix.title,
        apply: (view) =>
          view.dispatch({ changes: fix.edits.map(({ from, to, insert }) => ({ from, to, insert })), userEvent: 'input.fix' }),
      },
    ],
  }));
}

/** What lies at the end marks the last character. */
export function markOf({ from, to }: { readonly from: number; readonly to: number }, length: number): { from: number; to: number } {
  const end = clamp(to, 0, length);
  const start = clamp(from, 0, length);
  return start < end ? { from: start, to: end } : { from: Math.max(0, end - 1), to: Math.max(end, Math.min(1, length)) };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
