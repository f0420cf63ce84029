import type { Block } from '../block/block.ts';
import type { BlockIndex } from '../block/block-index.ts';
import type { RunEntry } from '../block/run-entry.ts';
import { type Chunk, chunkHasSamples, readChunks } from '../codec/chunk.ts';
import { ColumnBuffer } from '../codec/columns.ts';
import type { Labels } from '../model/labels.ts';
import type { SampleColumns } from '../model/sample.ts';
import { overlaps, type TimeRange } from '../model/time-range.ts';
import type { IdList } from '../postings/id-list.ts';
import type { BlockMask } from '../tombstones/block-mask.ts';
import { eraseFromChunks, eraseSamples } from '../tombstones/erase.ts';
import type { Tombstones } from '../tombstones/tombstones.ts';
import type { QueryBudget } from './budget.ts';
import type { Source } from './source.ts';

/** Every method may end with `CorruptionError`. */
export class BlockSource implements Source {
  readonly index: BlockIndex;
  readonly #block: Block;
  readonly #mask: BlockMask;

  private constructor(block: Block, index: BlockIndex, mask: BlockMask) {
    this.#block = block;
    this.index = index;
    this.#mask = mask;
  }

  static async open(block: Block, tombstones: Tombstones): Promise<BlockSource> {
    const index = await block.index();
    return new BlockSource(block, index, tombstones.maskOf(block.meta, index));
  }

  labels(id: number): Labels {
    return this.index.labels(id);
  }

  async has(id: number, range: TimeRange): Promise<boolean> {
    const { chunks } = this.index.run(id);
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
    await this.#block.read([id], nothing, (_, read) => {
      found = eraseFromChunks(read, deleted ?? []).some((chunk) => chunkHasSamples(chunk, range));
    });
    return found;
  }

  async read(
    ids: IdList,
    range: TimeRange,
    newestOnly: boolean,
    budget: QueryBudget,
    emit: (labels: Labels, samples: SampleColumns) => void,
  ): Promise<void> {
    const wanted: number[] = [];
    for (const id of ids) {
      await budget.breathe();
      if (mayHold(this.index.run(id).chunks, range)) wanted.push(id);
    }
    await this.#block.read(
      wanted,
      () => budget.breathe(),
      (id, chunks) => {
        scratch.clear();
        const deleted = this.#mask.get(id);
        if (newestOnly && deleted === undefined) readNewest(chunks, range);
        else readChunks(chunks, range, scratch);
        if (deleted !== undefined) eraseSamples(scratch, deleted);
        if (scratch.length === 0) return;
        budget.chargeSeries(1);
        const from = newestOnly ? scratch.length - 1 : 0;
        budget.chargeSamples(scratch.length - from);
        emit(this.index.labels(id), scratch.view(from));
      },
    );
  }
}

const scratch = new ColumnBuffer();
const nothing = async () => {};

function mayHold(chunks: RunEntry['chunks'], range: TimeRange): boolean {
  return chunks.some((chunk) => overlaps({ fromMs: chunk.minMs, toMs: chunk.maxMs }, range));
}

/** The samples of the last chunk that has any in `range`. */
function readNewest(chunks: readonly Chunk[], range: TimeRange): void {
  for (let i = chunks.length - 1; i >= 0 && scratch.length === 0; i--) readChunks([chunks[i]], range, scratch);
}
