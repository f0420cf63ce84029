/**
 * Pages of 64 KiB for sealed bytes, filled one behind the other. What has been written to a page is not moved, and is let go
 * with the page, once nothing on it is used any more: what is sealed together is written to a block at about the same time.
 *
 * An address is a page's number and a word in it; 0 is none.
 */
const PAGE_BITS = 14;
export const PAGE_WORDS = 1 << PAGE_BITS;

export class ChunkPage {
  readonly number: number;
  readonly words = new Uint32Array(PAGE_WORDS);
  /** The same memory. */
  readonly bytes = new Uint8Array(this.words.buffer);
  /** What of it is written, in words. The first word is nobody's. */
  used = 1;
  /** Chunks on it that are used. */
  chunks = 0;
  /** Rises with each change: who has written the page down knows whether that still holds. */
  revision = 0;

  constructor(number: number) {
    this.number = number;
  }
}

export class ChunkPages {
  readonly #pages: (ChunkPage | null)[] = [];
  readonly #freeNumbers: number[] = [];
  readonly #firstNumber: number;

  /** Numbers begin at `firstNumber`: above those of other pages, whose chunks these may follow. */
  constructor(firstNumber = 0) {
    this.#firstNumber = firstNumber;
  }

  /** Greater than any page's number. */
  get numbersEnd(): number {
    return Math.max(this.#firstNumber, this.#pages.length);
  }

  /** Those that are used. */
  *all(): Generator<ChunkPage> {
    for (const page of this.#pages.slice(this.#firstNumber)) if (page !== null) yield page;
  }

  /** Pages of another life, in any order; nothing has been written to these before. */
  restore(pages: readonly ChunkPage[]): void {
    for (const page of pages) this.#pages[page.number] = page;
    for (let number = 0; number < this.#pages.length; number++) {
      if (this.#pages[number] !== undefined) continue;
      this.#pages[number] = null;
      this.#freeNumbers.push(number);
    }
  }

  add(): ChunkPage {
    const number = this.#freeNumbers.pop() ?? this.numbersEnd;
    const page = new ChunkPage(number);
    this.#pages[number] = page;
    return page;
  }

  pageOf(address: number): ChunkPage {
    return this.#pages[address >>> PAGE_BITS] as ChunkPage;
  }

  get bytes(): number {
    return 4 * PAGE_WORDS * (this.numbersEnd - this.#firstNumber - this.#freeNumbers.length);
  }

  /** A chunk of the page is no longer used. Returns whether its page has gone with it. */
  release(address: number): boolean {
    const page = this.pageOf(address);
    if (--page.chunks > 0) return false;
    this.#pages[page.number] = null;
    this.#freeNumbers.push(page.number);
    return true;
  }
}

/** The word in its page. */
export function wordOf(address: number): number {
  return address & (PAGE_WORDS - 1);
}

export function addressOf(page: ChunkPage, word: number): number {
  return page.number * PAGE_WORDS + word;
}
