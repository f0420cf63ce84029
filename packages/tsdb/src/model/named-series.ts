/**
 * A table of series that is flat: texts, each once, and of each series the numbers of its texts (name, value, name, value … in the
 * order of the names). A million series are some ten megabytes, and not as many objects.
 *
 * The same object comes back with every batch: encoders hang what they call its series and texts on it.
 */
import type { SeriesTable } from './batch.ts';
import { Labels } from './labels.ts';
import type { Utf8Texts } from './series-hash.ts';
import { TextRows } from './text-rows.ts';

export class NamedSeries implements SeriesTable {
  /** By number. Only grows. */
  readonly texts: string[] = [];
  readonly #textNumbers = new Map<string, number>();
  readonly #rows = new TextRows();
  #references = 0;
  #utf8 = new Uint8Array(0);
  #utf8Ends = new Uint32Array(0);
  /** Texts that are in `#utf8`. */
  #encoded = 0;

  static of(series: readonly Labels[]): NamedSeries {
    const named = new NamedSeries();
    for (const labels of series) named.addLabels(labels);
    return named;
  }

  /** Series named so far: numbers are below it. */
  get size(): number {
    return this.#rows.size;
  }

  /** Texts of all series, each as often as it is one's. */
  get references(): number {
    return this.#references;
  }

  /** A series' texts by their numbers: a view, valid until the next call. Fast when it, or one shortly before, was asked for last. */
  textsOf(series: number): Uint32Array {
    return this.#rows.row(series);
  }

  /** A text that is not there yet: `textNumber` need not find it. */
  addText(text: string): void {
    this.texts.push(text);
  }

  textNumber(text: string): number {
    let number = this.#textNumbers.get(text);
    if (number === undefined) {
      number = this.texts.push(text) - 1;
      this.#textNumbers.set(text, number);
    }
    return number;
  }

  /** Names a series by `texts[begin … begin + count)`: labels that are sorted, unique, without empty values. */
  add(texts: Uint32Array, count: number, begin = 0): number {
    this.#rows.add(texts, begin, count);
    this.#references += count;
    return this.#rows.size - 1;
  }

  addLabels(labels: Labels): number {
    const { pairs } = labels;
    return this.add(
      Uint32Array.from(pairs, (text) => this.textNumber(text)),
      pairs.length,
    );
  }

  /** All texts as UTF-8, for who hashes series. Valid until a text is added. */
  get utf8(): Utf8Texts {
    const { texts } = this;
    if (this.#utf8Ends.length < texts.length) this.#utf8Ends = grown(this.#utf8Ends, texts.length);
    for (let length = this.#encoded === 0 ? 0 : this.#utf8Ends[this.#encoded - 1]; this.#encoded < texts.length; this.#encoded++) {
      const text = texts[this.#encoded];
      if (this.#utf8.length < length + 3 * text.length) this.#utf8 = grownBytes(this.#utf8, length + 3 * text.length);
      length += encoder.encodeInto(text, this.#utf8.subarray(length)).written;
      this.#utf8Ends[this.#encoded] = length;
    }
    return { utf8: this.#utf8, ends: this.#utf8Ends };
  }

  /** Made anew each time. */
  labels(series: number): Labels {
    const pairs: string[] = [];
    for (const text of this.textsOf(series)) pairs.push(this.texts[text]);
    return Labels.fromSortedPairs(pairs);
  }
}

const encoder = new TextEncoder();

function grownBytes(bytes: Uint8Array, atLeast: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(2 * bytes.length, atLeast));
  larger.set(bytes);
  return larger;
}

function grown(column: Uint32Array, atLeast: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(2 * column.length, atLeast));
  larger.set(column);
  return larger;
}
