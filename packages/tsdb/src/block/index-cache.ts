import type { BlockIndex } from './block-index.ts';

/** The indexes of the blocks that queries used last, up to a number of bytes; one that is being loaded is loaded once. */
export class IndexCache {
  readonly #bytesMax: number;
  /** In order of use, the oldest first. */
  readonly #entries = new Map<string, { readonly bytes: number; readonly index: Promise<BlockIndex> }>();
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get(id: string, bytes: number, load: () => Promise<BlockIndex>): Promise<BlockIndex> {
    const known = this.#entries.get(id);
    if (known !== undefined) {
      this.#entries.delete(id);
      this.#entries.set(id, known);
      return known.index;
    }
    const index = load();
    this.#entries.set(id, { bytes, index });
    this.#bytes += bytes;
    index.catch(() => this.forget(id));
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#bytesMax || oldest === id) break;
      this.forget(oldest);
    }
    return index;
  }

  forget(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    this.#bytes -= entry.bytes;
  }
}
