import type { Span } from '../syntax/token.ts';

/** What is wrong, or likely not meant, about a stretch of an expression. Offsets are UTF-16 units, as editors count. */
export interface Finding extends Span {
  readonly code: FindingCode;
  /** `error`: it cannot be evaluated. `warning`: the answer is likely not what is meant. `info`: it can be said better. */
  readonly severity: 'error' | 'warning' | 'info';
  /** What is the matter and what to do about it. */
  readonly message: string;
  readonly fix?: Fix;
}

export interface Fix {
  /** What it does, for a button. */
  readonly title: string;
  /** Apart, and in rising order. */
  readonly edits: readonly Edit[];
}

export interface Edit extends Span {
  readonly insert: string;
}

export type FindingCode =
  | 'syntax'
  | 'rate-of-gauge'
  | 'delta-of-counter'
  | 'rate-of-aggregation'
  | 'short-range'
  | 'counter-compared'
  | 'quantile-without-le'
  | 'quantile-without-rate'
  | 'unknown-metric'
  | 'unknown-label'
  | 'plain-regex'
  | 'idle-regex'
  | 'filter-in-arithmetic'
  | 'unmatched-labels'
  | 'many-to-one'
  | 'absent-of-aggregation'
  | 'future-offset';

/** The text with a fix made. */
export function withEdits(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const { from, to, insert } of edits) {
    result += text.slice(at, from) + insert;
    at = to;
  }
  return result + text.slice(at);
}
