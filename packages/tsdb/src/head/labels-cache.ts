import type { Labels } from '../model/labels.ts';

/**
 * Labels of the series that were asked for last, so that those of a dashboard are made once: others hang on the object
 * what they make of it. Each id has one entry that it may be in.
 */
export class LabelsCache {
  /** Ids and one, 0 where nothing is. */
  readonly #ids = new Uint32Array(LABELS_KEPT);
  readonly #labels: Labels[] = [];

  get(id: number): Labels | undefined {
    const at = id & (LABELS_KEPT - 1);
    return this.#ids[at] === id + 1 ? this.#labels[at] : undefined;
  }

  set(id: number, labels: Labels): void {
    const at = id & (LABELS_KEPT - 1);
    this.#ids[at] = id + 1;
    this.#labels[at] = labels;
  }
}

/** About 3 MB when all are there: the series of some large dashboards. A power of two. */
const LABELS_KEPT = 8192;
