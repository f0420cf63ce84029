import type { Labels } from '../model/labels.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { LabelIndex } from '../postings/label-index.ts';

/** One place that holds samples of a tenant, the head or a block: what the querier asks of it. */
export interface Source {
  readonly index: LabelIndex;
  labels(id: number): Labels | Promise<Labels>;
  /** Has the series a sample in `range`? */
  has(id: number, range: TimeRange): boolean | Promise<boolean>;
  /** Has every series a sample in `range`, as far as can be said at once? */
  allHave?(range: TimeRange): boolean;
}
