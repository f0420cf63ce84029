import type { TextEdit } from '@tidemark/base';
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
  readonly edits: readonly TextEdit[];
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
