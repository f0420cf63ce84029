import type { Labels } from '../model/labels.ts';
import type { SampleColumns } from '../model/sample.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { IdList } from '../postings/id-list.ts';
import type { LabelIndex } from '../postings/label-index.ts';
import type { QueryBudget } from './budget.ts';

/** One place that holds samples of a tenant, the head or a block: what the querier asks of it. */
export interface Source {
  readonly index: LabelIndex;
  labels(id: number): Labels;
  /** Has the series a sample in `range`? */
  has(id: number, range: TimeRange): boolean | Promise<boolean>;
  /**
   * Calls `emit` for each series of `ids` with samples in `range`, charging them before. The columns are valid until it returns or something is decoded, and what
   * `emit` sees is the newest state: nothing else runs between the reading and the call.
   */
  read(
    ids: IdList,
    range: TimeRange,
    newestOnly: boolean,
    budget: QueryBudget,
    emit: (labels: Labels, samples: SampleColumns) => void,
  ): Promise<void>;
}
