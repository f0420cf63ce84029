import { type Chunk, decodeSharedTimes, decodeToRun, readChunks, type SharedTimes, spanOf } from '../codec/chunk.ts';
import { ColumnBuffer } from '../codec/columns.ts';
import { areHistograms } from '../codec/histogram-chunk.ts';
import { codecKernel } from '../kernel/codec-kernel.ts';
import { KERNEL_SAMPLES_MAX } from '../limits.ts';
import type { SampleColumns } from '../model/sample.ts';
import type { TimeRange } from '../model/time-range.ts';

type BlockChunk = Chunk & { readonly form: 'shared times' };

/**
 * Reads the chunks of one series, of one block or several, after the other. Series that share their times get one column of them, and
 * values are read where the codec puts them: what is returned is valid until the next call, of this or of the codec's run.
 */
export class ChunkReader {
  readonly #range: TimeRange;
  /** By the times of their first chunk. */
  readonly #columns = new Map<SharedTimes, TimesColumn>();

  constructor(range: TimeRange) {
    this.#range = range;
  }

  /** Of the same time in several of them the first one's value counts. */
  read(chunks: readonly Chunk[]): SampleColumns {
    if (!isPlain(chunks)) {
      scratch.clear();
      readChunks(chunks, this.#range, scratch);
      return scratch.view();
    }
    const { times, from } = this.#timesOf(chunks);
    let at = 0;
    for (const chunk of chunks) {
      decodeToRun(chunk, at);
      at += chunk.count;
    }
    return { times, values: codecKernel().run.subarray(from, from + times.length) };
  }

  #timesOf(chunks: readonly BlockChunk[]): TimesColumn {
    const known = this.#columns.get(chunks[0].times);
    if (known !== undefined && known.of.length === chunks.length && chunks.every(({ times }, i) => times === known.of[i].times))
      return known;
    const all = new Float64Array(chunks.reduce((sum, { count }) => sum + count, 0));
    let at = 0;
    for (const { times, count } of chunks) {
      all.set(decodeSharedTimes(times), at);
      at += count;
    }
    const [from, to] = spanOf(all, 0, all.length, this.#range);
    const column = { of: chunks, times: all.subarray(from, to), from };
    this.#columns.set(chunks[0].times, column);
    return column;
  }
}

/** The times of `of` that are in the range; they begin at position `from` of all. */
interface TimesColumn {
  readonly of: readonly BlockChunk[];
  readonly times: Float64Array;
  readonly from: number;
}

const scratch = new ColumnBuffer();

/** Numbers behind each other, with times that others have too, and room for all of them. */
export function isPlain(chunks: readonly Chunk[]): chunks is readonly BlockChunk[] {
  let samples = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const chunk of chunks) {
    if (chunk.form !== 'shared times' || chunk.minMs <= lastMs || areHistograms(chunk)) return false;
    lastMs = chunk.maxMs;
    samples += chunk.count;
  }
  return samples <= KERNEL_SAMPLES_MAX;
}
