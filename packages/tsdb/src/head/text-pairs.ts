import type { SeriesTable } from '../model/batch.ts';
import type { InMemoryPostings } from '../postings/in-memory.ts';
import type { SoughtSeries } from './sought-series.ts';

/**
 * A table's label pairs by the postings' numbers for them, so that a series whose texts have been seen is found without reading one.
 *
 *   number of a value's text → the name's text that it stood beside last, and the pair that both are
 *
 * All is forgotten when the postings forget a pair, whose number may come to stand for another.
 */
export class TextPairs {
  /** The name's number and one, 0 where nothing is known. */
  #names = new Uint32Array(0);
  #pairs = new Uint32Array(0);
  #forgotten = 0;

  /** Adds a series to `sought`, by its pairs; false when one of them is not there, so that no series has these labels. */
  find(table: SeriesTable, series: number, postings: InMemoryPostings, sought: SoughtSeries): boolean {
    const { texts } = table;
    const row = table.textsOf(series);
    const count = row.length / 2;
    this.#prepare(texts.length, postings.forgotten);
    const at = sought.reserve(count);
    const { pairs } = sought;
    for (let i = 0; i < count; i++) {
      const name = row[2 * i];
      const value = row[2 * i + 1];
      if (this.#names[value] !== name + 1) {
        // Slow path: the first series with this pair, or another name has the value as well.
        const pair = postings.pair(texts[name], texts[value]);
        if (pair === undefined) return false;
        this.#names[value] = name + 1;
        this.#pairs[value] = pair;
      }
      pairs[at + i] = this.#pairs[value];
    }
    sought.add(series, count);
    return true;
  }

  #prepare(texts: number, forgotten: number): void {
    if (this.#forgotten !== forgotten) {
      this.#forgotten = forgotten;
      this.#names.fill(0);
    }
    if (this.#names.length < texts) {
      const [names, pairs] = [this.#names, this.#pairs];
      this.#names = new Uint32Array(2 * texts);
      this.#pairs = new Uint32Array(2 * texts);
      this.#names.set(names);
      this.#pairs.set(pairs);
    }
  }
}
