import type { Millis } from '@tidemark/base';
import type { Labels, MetricMetadata } from '@tidemark/tsdb/model';

/** History to be imported, window by window, in time order: so each window becomes one block. */
export interface ImportSource {
  /** Tells this history from another: an import that was begun goes on only with the same. */
  readonly fingerprint: string;
  /** What the progress names. */
  readonly title: string;
  readonly metadata: ReadonlyMap<string, MetricMetadata>;
  /** The first time that is asked for; null: whatever there is. */
  readonly fromMs: Millis | null;
  /** The last one; null: whatever there is, which is the same the next time. */
  readonly toMs: Millis | null;
  /** Starts of the windows that may have samples, rising. */
  windows(): Promise<readonly Millis[]>;
  /** The samples of one window, those of a series together as far as that is possible. */
  read(windowMs: Millis): AsyncIterable<SeriesPart>;
  /** What was left out so far. */
  readonly notes: ImportNotes;
  close(): Promise<void>;
}

export interface SeriesPart {
  readonly labels: Labels;
  /** Rising, within the window. */
  readonly times: Float64Array;
  /** Stale markers keep their bits; marks stand for native histograms. */
  readonly values: Float64Array;
  /** What marks stand for, as messages of remote write that hold their time. */
  readonly histograms?: readonly Uint8Array[];
}

/** What cannot be taken, by its kind: how often, and the first of it. */
export class ImportNotes {
  readonly #byKind = new Map<string, { count: number; readonly first: string }>();

  add(kind: string, count: number, example: string): void {
    if (count === 0) return;
    const known = this.#byKind.get(kind);
    if (known === undefined) this.#byKind.set(kind, { count, first: example });
    else known.count += count;
  }

  get all(): readonly { readonly kind: string; readonly count: number; readonly first: string }[] {
    return Array.from(this.#byKind, ([kind, { count, first }]) => ({ kind, count, first }));
  }
}
