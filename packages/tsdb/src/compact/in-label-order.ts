import type { BlockIndex } from '../block/block-index.ts';
import { compareLabels, type Labels } from '../model/labels.ts';

/** Where a series is in several blocks. */
export interface PlacedSeries {
  readonly labels: Labels;
  /** Its id in each block, or -1. */
  readonly ids: readonly number[];
  /** Of its values in all blocks. */
  readonly bytes: number;
}

export async function* inLabelOrder(indexes: readonly BlockIndex[]): AsyncGenerator<PlacedSeries> {
  const entryAt = async (i: number, id: number) => (id < indexes[i].seriesCount ? await indexes[i].entry(id) : null);
  const next = indexes.map(() => 0);
  const heads = await Promise.all(indexes.map((_, i) => entryAt(i, 0)));
  for (;;) {
    const least = heads.reduce<Labels | null>(
      (a, b) => (a === null || (b !== null && compareLabels(b.labels, a) < 0) ? (b?.labels ?? null) : a),
      null,
    );
    if (least === null) return;
    const ids: number[] = [];
    let bytes = 0;
    for (const [i, entry] of heads.entries()) {
      const here = entry !== null && compareLabels(entry.labels, least) === 0;
      ids.push(here ? next[i] : -1);
      if (!here) continue;
      bytes += entry.run.bytes;
      heads[i] = await entryAt(i, ++next[i]);
    }
    yield { labels: least, ids, bytes };
  }
}
