import { ColumnBuffer } from '../codec/columns.ts';
import type { TenantHead } from '../head/tenant-head.ts';
import { Labels } from '../model/labels.ts';
import type { SampleColumns } from '../model/sample.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { IdList } from '../postings/id-list.ts';
import type { LabelIndex } from '../postings/label-index.ts';
import type { QueryBudget } from './budget.ts';
import type { Source } from './source.ts';

/** Series may leave the head while a query walks it: their samples are in blocks by then, which are asked later. */
export class HeadSource implements Source {
  readonly index: LabelIndex;
  readonly #head: TenantHead;

  constructor(head: TenantHead) {
    this.#head = head;
    this.index = head.series.postings;
  }

  labels(id: number): Labels {
    return this.#head.series.byId(id)?.labels ?? Labels.EMPTY;
  }

  has(id: number, range: TimeRange): boolean {
    return this.#head.series.byId(id)?.hasSamples(range) ?? false;
  }

  async read(
    ids: IdList,
    range: TimeRange,
    newestOnly: boolean,
    budget: QueryBudget,
    emit: (labels: Labels, samples: SampleColumns) => void,
  ): Promise<void> {
    for (const id of ids) {
      await budget.breathe();
      const series = this.#head.series.byId(id);
      if (series === undefined) continue;
      scratch.clear();
      if (newestOnly) series.readNewest(range, scratch);
      else series.read(range, scratch);
      if (scratch.length === 0) continue;
      budget.chargeSeries(1);
      budget.chargeSamples(scratch.length);
      emit(series.labels, scratch.view());
    }
  }
}

const scratch = new ColumnBuffer();
