import type { Chunk } from '../codec/chunk.ts';

/**
 * Sealed chunks lie behind each other in pages; a page lives as long as one of its chunks does.
 * Chunks of a window are sealed, written to a block and let go at about the same time, so pages go whole.
 */
const PAGE_BYTES = 64 * 1024;

export class ChunkArena {
  #page = new Uint8Array(0);
  #used = 0;

  /** The same chunk, its bytes copied here. */
  store(chunk: Chunk): Chunk {
    const length = chunk.to - chunk.from;
    if (this.#used + length > this.#page.length) {
      this.#page = new Uint8Array(Math.max(PAGE_BYTES, length));
      this.#used = 0;
    }
    const from = this.#used;
    this.#page.set(chunk.bytes.subarray(chunk.from, chunk.to), from);
    this.#used += length;
    return { form: 'own times', bytes: this.#page, from, to: this.#used, minMs: chunk.minMs, maxMs: chunk.maxMs, count: chunk.count };
  }
}
