import type { Finding } from '@tidemark/rpc';

/**
 * Expressions of panels hold `$__interval` and its like, which the panel fills. For the server a duration stands there, as long as the
 * placeholder is, so that every place is the same in both texts.
 */
const PLACEHOLDER = /\$(?:\{__\w+\}|__\w+)/g;

export function filledPlaceholders(expr: string): string {
  return expr.replace(PLACEHOLDER, (placeholder) => '5m'.padEnd(placeholder.length));
}

/** Without what is about the placeholders themselves, and without edits of them. */
export function besidePlaceholders(findings: readonly Finding[], expr: string): readonly Finding[] {
  const places = [...expr.matchAll(PLACEHOLDER)].map((match) => ({ from: match.index, to: match.index + match[0].length }));
  if (places.length === 0) return findings;
  const meets = (span: { from: number; to: number }, place: { from: number; to: number }) => span.from < place.to && place.from < span.to;
  return findings
    .filter(({ from, to }) => !places.some((place) => place.from <= from && to <= place.to))
    .map((finding) => {
      const isWritten = finding.fix?.edits.some((edit) => places.some((place) => meets(edit, place))) ?? false;
      return isWritten ? { ...finding, fix: undefined } : finding;
    });
}
