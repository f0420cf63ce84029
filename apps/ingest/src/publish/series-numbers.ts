import type { Labels } from '@tidemark/tsdb/model';
import { NamedSeries } from '@tidemark/tsdb/model';

/** What a taker-in of samples that has labels at hand calls its series: equal labels have one number in its current table. */
export class SeriesNumbers {
  #table = new NamedSeries();
  #numbers = new Map<string, number>();

  /** Names the series of a batch; `renewAbove` may put another in its place for the next one. */
  get table(): NamedSeries {
    return this.#table;
  }

  numberOf(labels: Labels): number {
    let number = this.#numbers.get(labels.key);
    if (number === undefined) {
      number = this.#table.addLabels(labels);
      this.#numbers.set(labels.key, number);
    }
    return number;
  }

  /** Tables only grow: one that has outlived most of its series makes room for a new one. */
  renewAbove(seriesMax: number): void {
    if (this.#table.size <= seriesMax) return;
    this.#table = new NamedSeries();
    this.#numbers = new Map();
  }
}
