import type { Millis } from '@tidemark/base';
import { ColumnBuffer } from '../codec/columns.ts';
import type { HeadColumns } from '../head/head-columns.ts';
import type { TenantHead } from '../head/tenant-head.ts';
import { Labels } from '../model/labels.ts';
import type { SampleColumns } from '../model/sample.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { IdList } from '../postings/id-list.ts';
import type { Breathe, LabelIndex } from '../postings/label-index.ts';
import type { QueryBudget } from './budget.ts';
import { liveTimeOf } from './count-newest.ts';
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
    const place = this.#head.series.placeOf(id);
    return place < 0 ? Labels.EMPTY : this.#head.series.labels(place);
  }

  has(id: number, range: TimeRange): boolean {
    const place = this.#head.series.placeOf(id);
    return place >= 0 && this.#head.columns.hasSamples(place, range);
  }

  /** Tells the time of the newest sample in `range` of each of `ids` that has one, and has not ended with it. */
  async eachNewest(ids: IdList, range: TimeRange, breathe: Breathe, found: (id: number, timeMs: Millis) => void): Promise<boolean> {
    const { series, columns } = this.#head;
    for (let i = 0; i < ids.length; i++) {
      if (i % STRETCH === 0) await breathe();
      const place = series.placeOf(ids[i]);
      const timeMs = place < 0 ? null : liveTimeOf(newestOf(columns, place, range));
      if (timeMs !== null) found(ids[i], timeMs);
    }
    return true;
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
      const samples = this.samplesOf(id, range, newestOnly);
      if (samples === null) continue;
      budget.chargeSeries(1);
      budget.chargeSamples(samples.times.length);
      budget.chargeHistograms(samples.histograms ?? []);
      emit(this.labels(id), samples);
    }
  }

  /** Valid until the next are asked for, or the codec's run is used. Null without any. */
  samplesOf(id: number, range: TimeRange, newestOnly: boolean): SampleColumns | null {
    const { series, columns, histograms } = this.#head;
    const place = series.placeOf(id);
    if (place < 0) return null;
    const samples = newestOnly ? newestOf(columns, place, range) : (columns.readRun(place, range) ?? allOf(columns, place, range));
    if (samples.times.length === 0) return null;
    const marked = histograms.resolve(samples.values);
    return marked === null ? samples : { ...samples, histograms: marked };
  }
}

function newestOf(columns: HeadColumns, place: number, range: TimeRange): SampleColumns {
  scratch.clear();
  columns.readNewest(place, range, scratch);
  return scratch.view();
}

function allOf(columns: HeadColumns, place: number, range: TimeRange): SampleColumns {
  scratch.clear();
  columns.read(place, range, scratch);
  return scratch.view();
}

const scratch = new ColumnBuffer();

/** Series gone through between two breathes: a few tens of microseconds, where their newest samples lie open. */
const STRETCH = 256;
