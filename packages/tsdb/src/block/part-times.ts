import { ByteReader, ByteWriter } from '@tidemark/base';

/**
 * Times that are a part of those of another column, its base: a series of a target that was not there in every scrape.
 *
 *   chunk := (skip:varint take:varint)*       of the base's times, behind those that the chunks before have taken or skipped
 *
 * Null when they are no part of it.
 */
export function encodePart(times: Float64Array, chunkEnds: readonly number[], base: Float64Array): Uint8Array[] | null {
  const chunks: Uint8Array[] = [];
  const out = new ByteWriter(16);
  let at = 0;
  let from = 0;
  for (const end of chunkEnds) {
    out.reset();
    while (from < end) {
      const start = at;
      while (at < base.length && base[at] < times[from]) at++;
      out.varint(at - start);
      const first = from;
      while (from < end && at < base.length && base[at] === times[from]) {
        from++;
        at++;
      }
      if (from === first) return null;
      out.varint(from - first);
    }
    chunks.push(out.finish());
  }
  return chunks;
}

/** Reads chunk after chunk. */
export class PartReader {
  readonly #base: Float64Array;
  #at = 0;

  constructor(base: Float64Array) {
    this.#base = base;
  }

  /** The times of the next chunk, which has `count`. Throws `RangeError` on damage. */
  next(chunk: Uint8Array, count: number): Float64Array {
    const reader = new ByteReader(chunk);
    const times = new Float64Array(Math.min(count, this.#base.length));
    let to = 0;
    while (reader.remaining > 0) {
      this.#at += reader.varint();
      const taken = reader.varint();
      if (taken === 0 || taken > count - to || taken > this.#base.length - this.#at) throw new RangeError('times beyond those of the base');
      times.set(this.#base.subarray(this.#at, this.#at + taken), to);
      to += taken;
      this.#at += taken;
    }
    if (to !== count) throw new RangeError('fewer times than the part should have');
    return times;
  }
}
