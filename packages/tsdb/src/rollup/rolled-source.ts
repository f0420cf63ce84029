import type { Block } from '../block/block.ts';
import type { BlockIndex } from '../block/block-index.ts';
import type { Labels } from '../model/labels.ts';
import { overlaps, type TimeRange } from '../model/time-range.ts';
import type { Source } from '../query/source.ts';
import { LEVELS, rangeOf, reaches } from './levels.ts';
import { union, without } from './ranges.ts';

/** A block of windows, asked for its labels: a series is there where a chunk of its windows is. May end with `CorruptionError`. */
export class RolledSource implements Source {
  readonly index: BlockIndex;
  readonly #block: Block;

  private constructor(block: Block, index: BlockIndex) {
    this.#block = block;
    this.index = index;
  }

  static async open(block: Block): Promise<RolledSource> {
    return new RolledSource(block, await block.index());
  }

  async labels(id: number): Promise<Labels> {
    return (await this.index.entry(id)).labels;
  }

  allHave({ fromMs, toMs }: TimeRange): boolean {
    const { meta } = this.#block;
    return fromMs <= meta.fromMs && meta.toMs <= toMs;
  }

  async has(id: number, range: TimeRange): Promise<boolean> {
    const { chunks } = (await this.index.entry(id)).run;
    return chunks.some(({ minMs, maxMs }) => overlaps({ fromMs: minMs - this.#block.meta.resolutionMs + 1, toMs: maxMs }, range));
  }
}

/** Blocks of windows that know of series where raw samples have `gone`: the finest that all series have, and coarser ones before them. */
export function remembering(rolled: readonly Block[], gone: readonly TimeRange[], { fromMs, toMs }: TimeRange): Block[] {
  let left = union(gone)
    .map((range) => ({ fromMs: Math.max(range.fromMs, fromMs - 1), toMs: Math.min(range.toMs, toMs) }))
    .filter((range) => range.fromMs < range.toMs);
  const asked: Block[] = [];
  for (const { mainWidthMs } of LEVELS) {
    const blocks = rolled.filter(({ meta }) => meta.resolutionMs === mainWidthMs && left.some((range) => reaches(meta, range)));
    asked.push(...blocks);
    left = blocks.reduce<TimeRange[]>((ranges, { meta }) => without(ranges, rangeOf(meta)), left);
  }
  return asked;
}
