import { type Chunk, decodeSharedTimes, decodeSharedValues, readChunks, spanOf } from '../codec/chunk.ts';
import { ColumnBuffer } from '../codec/columns.ts';
import { CODEC_SAMPLES_MAX } from '../limits.ts';
import type { SampleColumns } from '../model/sample.ts';
import type { TimeRange } from '../model/time-range.ts';

type BlockChunk = Chunk & { readonly form: 'shared times' };

/**
 * Reads the chunks of one series of a block after the other. Series that share their times get one column of them, and values are
 * read where the codec puts them: what is returned is valid until the next call, of this or of the codec.
 */
export class ChunkReader {
  readonly #range: TimeRange;
  #known: { readonly of: readonly BlockChunk[]; readonly times: Float64Array; readonly from: number } | null = null;

  constructor(range: TimeRange) {
    this.#range = range;
  }

  read(chunks: readonly Chunk[]): SampleColumns {
    if (!isPlain(chunks)) {
      scratch.clear();
      readChunks(chunks, this.#range, scratch);
      return scratch.view();
    }
    const { times, from } = this.#timesOf(chunks);
    let at = 0;
    let values: Float64Array = EMPTY;
    for (const chunk of chunks) {
      values = decodeSharedValues(chunk, at);
      at += chunk.count;
    }
    return { times, values: values.subarray(from, from + times.length) };
  }

  #timesOf(chunks: readonly BlockChunk[]): { readonly times: Float64Array; readonly from: number } {
    const known = this.#known;
    if (known !== null && known.of.length === chunks.length && chunks.every(({ times }, i) => times === known.of[i].times)) return known;
    const all = new Float64Array(chunks.reduce((sum, { count }) => sum + count, 0));
    let at = 0;
    for (const { times, count } of chunks) {
      all.set(decodeSharedTimes(times), at);
      at += count;
    }
    const [from, to] = spanOf(all, 0, all.length, this.#range);
    this.#known = { of: chunks, times: all.subarray(from, to), from };
    return this.#known;
  }
}

const EMPTY = new Float64Array(0);
const scratch = new ColumnBuffer();

/** Behind each other, with times that others have too, and room for all of them. */
function isPlain(chunks: readonly Chunk[]): chunks is readonly BlockChunk[] {
  let samples = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const { form, minMs, maxMs, count } of chunks) {
    if (form !== 'shared times' || minMs <= lastMs) return false;
    lastMs = maxMs;
    samples += count;
  }
  return samples <= CODEC_SAMPLES_MAX;
}
