import type { Block } from '../block/block.ts';
import type { BlockIndex } from '../block/block-index.ts';
import type { RunEntry } from '../block/run-entry.ts';
import { type Chunk, chunkHasSamples } from '../codec/chunk.ts';
import type { Labels } from '../model/labels.ts';
import { overlaps, type TimeRange } from '../model/time-range.ts';
import type { IdList } from '../postings/id-list.ts';
import type { Breathe } from '../postings/label-index.ts';
import { type BlockMask, NO_MASK } from '../tombstones/block-mask.ts';
import { eraseFromChunks } from '../tombstones/erase.ts';
import type { Tombstones } from '../tombstones/tombstones.ts';
import type { Source } from './source.ts';

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
    return (await this.index.entry(id)).labels;
  }

  allHave({ fromMs, toMs }: TimeRange): boolean {
    const { meta } = this.block;
    return this.#mask === NO_MASK && fromMs <= meta.fromMs && meta.toMs <= toMs;
  }

  async has(id: number, range: TimeRange): Promise<boolean> {
    const { chunks } = (await this.index.entry(id)).run;
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

  /** Those of `ids` that may have samples in `range`, in label order, and their labels. */
  async holding(ids: IdList, range: TimeRange, breathe: Breathe): Promise<{ readonly id: number; readonly labels: Labels }[]> {
    const found: { id: number; labels: Labels }[] = [];
    for (const id of ids) {
      await breathe();
      const { labels, run } = await this.index.entry(id);
      if (mayHold(run.chunks, range)) found.push({ id, labels });
    }
    return found;
  }

  /** What each of `ids`, which rise, has in chunks that touch `range`; what is deleted is left out. */
  async chunks(ids: readonly number[], range: TimeRange, breathe: Breathe): Promise<Map<number, Chunk[]>> {
    const found = new Map<number, Chunk[]>();
    await this.block.read(ids, breathe, (id, chunks) => {
      const touching = chunks.filter(({ minMs, maxMs }) => overlaps({ fromMs: minMs, toMs: maxMs }, range));
      const deleted = this.#mask.get(id);
      found.set(id, deleted === undefined ? touching : eraseFromChunks(touching, deleted));
    });
    return found;
  }
}

const nothing = async () => {};

function mayHold(chunks: RunEntry['chunks'], range: TimeRange): boolean {
  return chunks.some((chunk) => overlaps({ fromMs: chunk.minMs, toMs: chunk.maxMs }, range));
}
