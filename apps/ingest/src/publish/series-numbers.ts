import type { Labels, SeriesTable } from '@tidemark/tsdb/model';

/** What a taker-in of samples calls its series: each `Labels` object it uses has a number in its current table. */
export class SeriesNumbers {
  #labels: Labels[] = [];
  #table: SeriesTable = { labels: this.#labels };
  #numbers = new Map<Labels, number>();

  /** Names the series of a batch; `renewAbove` may put another in its place for the next one. */
  get table(): SeriesTable {
    return this.#table;
  }

  /** By identity: equal labels in two objects are two numbers of one series, which costs a little and harms nothing. */
  numberOf(labels: Labels): number {
    let number = this.#numbers.get(labels);
    if (number === undefined) {
      number = this.#labels.push(labels) - 1;
      this.#numbers.set(labels, number);
    }
    return number;
  }

  /** Tables only grow: one that has outlived most of its series makes room for a new one. */
  renewAbove(seriesMax: number): void {
    if (this.#labels.length <= seriesMax) return;
    this.#labels = [];
    this.#table = { labels: this.#labels };
    this.#numbers = new Map();
  }
}
