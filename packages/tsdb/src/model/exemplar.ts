import type { Millis } from '@tidemark/base';
import type { Labels } from './labels.ts';

/** One case of what a series has counted, mostly by its trace. `query_exemplars` shows it. */
export interface Exemplar {
  readonly series: Labels;
  /** What names the case: `trace_id="…"`. */
  readonly labels: Labels;
  readonly timeMs: Millis;
  readonly value: number;
}
