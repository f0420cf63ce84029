import { assert } from '@tidemark/base';
import { Labels } from '@tidemark/tsdb/model';
import { LABELS_KNOWN_MAX } from '../../limits.ts';

/**
 * Labels go between threads once, and are named by a number from then on: a query and a rule ask for the same series again and
 * again, and what the main thread knows of a series' labels (groups, keys) stays known. When the table is full both sides begin a
 * new one. Messages arrive in the order in which they were written, so a number always means what the table says at its message.
 */
export interface LabelsNews {
  /** Everything from before is forgotten first. */
  readonly anew: boolean;
  /** Pairs as in `Labels`, numbered on from those before. */
  readonly pairs: readonly (readonly string[])[];
}

export class LabelsWriter {
  /** By identity first: an engine gives the same objects for what is in memory. */
  #byObject = new WeakMap<Labels, number>();
  readonly #byKey = new Map<string, number>();
  #pairs: (readonly string[])[] = [];
  #anew = false;

  numberOf(labels: Labels): number {
    const known = this.#byObject.get(labels);
    if (known !== undefined) return known;
    let number = this.#byKey.get(labels.key);
    if (number === undefined) {
      number = this.#byKey.size;
      this.#byKey.set(labels.key, number);
      this.#pairs.push(labels.pairs);
    }
    this.#byObject.set(labels, number);
    return number;
  }

  /** What the next message must say; null for nothing. Numbers that were given before it are written. */
  takeNews(): LabelsNews | null {
    if (this.#pairs.length === 0) return null;
    const news = { anew: this.#anew, pairs: this.#pairs };
    this.#anew = false;
    this.#pairs = [];
    if (this.#byKey.size >= LABELS_KNOWN_MAX) {
      this.#byObject = new WeakMap();
      this.#byKey.clear();
      this.#anew = true;
    }
    return news;
  }
}

export class LabelsReader {
  #known: Labels[] = [];

  read(news: LabelsNews): void {
    if (news.anew) this.#known = [];
    for (const pairs of news.pairs) this.#known.push(Labels.fromSortedPairs(pairs));
  }

  at(number: number): Labels {
    const labels = this.#known[number];
    assert(labels !== undefined, `labels ${number} were never announced`);
    return labels;
  }
}
