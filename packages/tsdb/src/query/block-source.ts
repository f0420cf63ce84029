import type { Millis } from '@tidemark/base';
import type { Block } from '../block/block.ts';
import type { BlockIndex } from '../block/block-index.ts';
import type { ChunkSummary } from '../block/chunk-summary.ts';
import type { RunEntry } from '../block/run-entry.ts';
import { type Chunk, chunkHasSamples } from '../codec/chunk.ts';
import { ENDS_SERIES_MAX, SELECTED_SERIES_BYTES, SELECTION_SERIES_MAX } from '../limits.ts';
import type { Labels } from '../model/labels.ts';
import type { Matcher } from '../model/matcher.ts';
import { overlaps, type TimeRange } from '../model/time-range.ts';
import type { IdList } from '../postings/id-list.ts';
import { type Breathe, resolveMatchers } from '../postings/label-index.ts';
import { type BlockMask, NO_MASK } from '../tombstones/block-mask.ts';
import { eraseFromChunks } from '../tombstones/erase.ts';
import type { Tombstones } from '../tombstones/tombstones.ts';
import { liveTimeOf } from './count-newest.ts';
import { newestOf } from './newest-sample.ts';
import { SeriesEnds } from './series-ends.ts';
import type { Source } from './source.ts';
import type { BlockPart } from './summarize-chunks.ts';

/** A series of a block, and what is known of its samples. */
export interface BlockSeries {
  readonly id: number;
  readonly labels: Labels;
  readonly run: RunEntry;
}

/** Every method may end with `CorruptionError`. */
export class BlockSource implements Source {
  readonly index: BlockIndex;
  readonly block: Block;
  readonly #mask: BlockMask;

  private constructor(block: Block, index: BlockIndex, mask: BlockMask) {
    this.block = block;
    this.index = index;
    this.#mask = mask;
  }

  static async open(block: Block, tombstones: Tombstones, breathe: Breathe): Promise<BlockSource> {
    const index = await block.index();
    return new BlockSource(block, index, await tombstones.maskOf(block.meta, index, breathe));
  }

  async labels(id: number): Promise<Labels> {
    return (this.index.entryAtHand(id) ?? (await this.index.entry(id))).labels;
  }

  allHave({ fromMs, toMs }: TimeRange): boolean {
    const { meta } = this.block;
    return this.#mask === NO_MASK && fromMs <= meta.fromMs && meta.toMs <= toMs;
  }

  async has(id: number, range: TimeRange): Promise<boolean> {
    const { chunks } = (this.index.entryAtHand(id) ?? (await this.index.entry(id))).run;
    const deleted = this.#mask.get(id);
    if (
      deleted === undefined &&
      chunks.some(
        (chunk) => (chunk.minMs >= range.fromMs && chunk.minMs <= range.toMs) || (chunk.maxMs >= range.fromMs && chunk.maxMs <= range.toMs),
      )
    ) {
      return true;
    }
    if (!mayHold(chunks, range)) return false;
    // The range lies within a chunk, or something is deleted: only the samples can tell.
    let found = false;
    await this.block.read([id], nothing, (_, read) => {
      found = eraseFromChunks(read, deleted ?? []).some((chunk) => chunkHasSamples(chunk, range));
    });
    return found;
  }

  /** As of `HeadSource`; false, having told of none, where something is deleted. */
  async eachNewest(ids: IdList, range: TimeRange, breathe: Breathe, found: (id: number, timeMs: Millis) => void): Promise<boolean> {
    if (this.#mask !== NO_MASK) return false;
    const ends = await this.#ends();
    /** Only their samples can tell. */
    const unsure: number[] = [];
    let looked = 0;
    for (const id of ids) {
      if (ends?.isKnown(id, range)) {
        if (++looked % STRETCH === 0) await breathe();
        if (ends.isLive(id, range)) found(id, ends.timeMs[id]);
        continue;
      }
      await breathe();
      const { chunks } = (this.index.entryAtHand(id) ?? (await this.index.entry(id))).run;
      const last = chunks.findLastIndex(({ minMs }) => minMs <= range.toMs);
      if (!chunks.some(({ minMs, maxMs }) => minMs <= range.toMs && maxMs >= range.fromMs)) continue;
      const { maxMs, count } = chunks[last];
      const summary = maxMs <= range.toMs && rises(chunks) ? (await this.index.summaries(id))?.[last] : undefined;
      if (summary?.count === count) {
        if (last === chunks.length - 1) ends?.learn(id, maxMs, true);
        found(id, maxMs);
      } else unsure.push(id);
    }
    await this.block.read(unsure, breathe, (id, chunks) => {
      const { times, values } = newestOf([chunks], range);
      const timeMs = liveTimeOf({ times, values });
      if (chunks.every(({ maxMs }) => maxMs <= range.toMs) && times.length > 0) ends?.learn(id, times[times.length - 1], timeMs !== null);
      if (timeMs !== null) found(id, timeMs);
    });
    return true;
  }

  /** How series end, as far as somebody has asked. Null of a block so large that it is not kept. */
  async #ends(): Promise<SeriesEnds | null> {
    const known = this.block.recall<SeriesEnds>('ends');
    if (known !== undefined) return known;
    if (this.index.seriesCount > ENDS_SERIES_MAX) return null;
    const ends = new SeriesEnds(this.index.seriesCount);
    this.block.remember('ends', { value: ends, bytes: 9 * this.index.seriesCount });
    return ends;
  }

  /**
   * Series that match, in label order. Of a few all of them, the same list again as long as there is room for it; of many those that may have
   * samples in `range`.
   */
  async matching(matchers: readonly Matcher[], range: TimeRange, breathe: Breathe): Promise<readonly BlockSeries[]> {
    const key = `series ${JSON.stringify(matchers.map(({ name, operator, value }) => [name, operator, value]))}`;
    const known = this.block.recall<readonly BlockSeries[]>(key);
    if (known !== undefined) return known;
    const ids = await resolveMatchers(this.index, matchers, breathe, (id) => this.labels(id));
    const areFew = ids.length <= SELECTION_SERIES_MAX;
    const found: BlockSeries[] = [];
    for (const id of ids) {
      await breathe();
      const { labels, run } = this.index.entryAtHand(id) ?? (await this.index.entry(id));
      if (areFew || mayHold(run.chunks, range)) found.push({ id, labels, run });
    }
    if (areFew) this.block.remember(key, { value: found, bytes: SELECTED_SERIES_BYTES * found.length });
    return found;
  }

  /** Is nothing of the block deleted? */
  get allWhole(): boolean {
    return this.#mask === NO_MASK;
  }

  /** Is nothing of the series deleted? */
  isWhole(id: number): boolean {
    return !this.#mask.has(id);
  }

  /** What each of `ids`, which rise, has in chunks that touch `range`; what is deleted is left out. Summaries only where nothing is. */
  async parts(ids: readonly number[], range: TimeRange, summarized: boolean, breathe: Breathe): Promise<Map<number, BlockPart>> {
    const summaries = new Map<number, readonly (ChunkSummary | null)[] | null>();
    if (summarized) for (const id of ids) if (!this.#mask.has(id)) summaries.set(id, await this.index.summaries(id));
    const found = new Map<number, BlockPart>();
    const touches = ({ minMs, maxMs }: Chunk) => minMs <= range.toMs && maxMs >= range.fromMs;
    await this.block.read(ids, breathe, (id, all) => {
      const chunks = all.filter(touches);
      const deleted = this.#mask.get(id);
      const ofAll = summaries.get(id) ?? null;
      if (deleted !== undefined) found.set(id, { chunks: eraseFromChunks(chunks, deleted), summaries: null });
      else found.set(id, { chunks, summaries: ofAll === null ? null : ofAll.filter((_, i) => touches(all[i])) });
    });
    return found;
  }
}

const nothing = async () => {};

/** Series gone through between two breathes, when nothing is read for them. */
const STRETCH = 1024;

function rises(chunks: RunEntry['chunks']): boolean {
  return chunks.every(({ minMs }, i) => i === 0 || minMs > chunks[i - 1].maxMs);
}

export function mayHold(chunks: RunEntry['chunks'], range: TimeRange): boolean {
  return chunks.some((chunk) => overlaps({ fromMs: chunk.minMs, toMs: chunk.maxMs }, range));
}
