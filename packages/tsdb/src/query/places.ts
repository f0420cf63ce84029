import { sortInSlices } from '@tidemark/base';
import type { RunEntry } from '../block/run-entry.ts';
import { compareLabels, type Labels } from '../model/labels.ts';
import type { Matcher } from '../model/matcher.ts';
import { type Breathe, resolveMatchers } from '../postings/label-index.ts';
import type { BlockSeries } from './block-source.ts';
import type { Run } from './decoded-runs.ts';
import type { HeadSource } from './head-source.ts';

/** Where a series is: in which blocks, and under which number in the head, or -1. */
export interface Place {
  readonly labels: Labels;
  readonly inHead: number;
  readonly inBlocks: InBlocks | null;
}

/** Of the blocks that were asked, in their order; at least one has it. */
export interface InBlocks {
  readonly labels: Labels;
  readonly series: readonly (BlockSeries | null)[];
  /** Of those that have it. */
  readonly runs: readonly RunEntry[];
  /** What was found decoded of them last. */
  decoded: Run | null;
}

/** The series of all lists, in label order, as are those of each: made once for lists that come again. */
export async function placesInBlocks(lists: readonly (readonly BlockSeries[])[], breathe: Breathe): Promise<readonly InBlocks[]> {
  if (lists.length === 0) return [];
  const known = merged.get(lists[0]) ?? [];
  for (const one of known) if (one.lists.length === lists.length && one.lists.every((list, i) => list === lists[i])) return one.places;
  const places: InBlocks[] = [];
  const next = lists.map(() => 0);
  for (;;) {
    let least: Labels | null = null;
    for (const [i, list] of lists.entries()) {
      const labels = list[next[i]]?.labels;
      if (labels !== undefined && (least === null || compareLabels(labels, least) < 0)) least = labels;
    }
    if (least === null) break;
    await breathe();
    const labels = least;
    const series = lists.map((list, i) => {
      const one = list[next[i]];
      if (one === undefined || compareLabels(one.labels, labels) !== 0) return null;
      next[i]++;
      return one;
    });
    places.push({ labels, series, runs: series.flatMap((one) => (one === null ? [] : [one.run])), decoded: null });
  }
  merged.set(lists[0], [{ lists, places }, ...known].slice(0, MERGED_KEPT));
  return places;
}

interface Merged {
  readonly lists: readonly (readonly BlockSeries[])[];
  readonly places: readonly InBlocks[];
}

/** They go with the first of the lists, which goes with its block. */
const merged = new WeakMap<readonly BlockSeries[], readonly Merged[]>();

/** For ranges that reach into more or fewer blocks. */
const MERGED_KEPT = 4;

export interface InHead {
  readonly id: number;
  readonly labels: Labels;
}

/** Series of the head that match, in label order. */
export async function placesInHead(head: HeadSource, matchers: readonly Matcher[], breathe: Breathe): Promise<readonly InHead[]> {
  const found: InHead[] = [];
  for (const id of await resolveMatchers(head.index, matchers, breathe, (each) => head.labels(each))) {
    await breathe();
    found.push({ id, labels: head.labels(id) });
  }
  return sortInSlices(found, (a, b) => compareLabels(a.labels, b.labels), breathe);
}

/** Of both, in label order. */
export function* placesOf(inHead: readonly InHead[], inBlocks: readonly InBlocks[]): Generator<Place> {
  let next = 0;
  for (const series of inBlocks) {
    let order = 1;
    while (next < inHead.length) {
      order = compareLabels(series.labels, inHead[next].labels);
      if (order <= 0) break;
      const { id, labels } = inHead[next++];
      yield { labels, inHead: id, inBlocks: null };
    }
    if (order === 0 && next < inHead.length) {
      const { id, labels } = inHead[next++];
      yield { labels, inHead: id, inBlocks: series };
    } else yield { labels: series.labels, inHead: -1, inBlocks: series };
  }
  for (; next < inHead.length; next++) yield { labels: inHead[next].labels, inHead: inHead[next].id, inBlocks: null };
}
