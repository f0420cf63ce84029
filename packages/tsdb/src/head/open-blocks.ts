/**
 * Where the open samples of all series lie: blocks of eight samples of one series, 512 blocks beside each other in a page.
 * The first samples of all its blocks come first, then all second ones …: series of one scrape have blocks side by side, so
 * that their samples are written side by side. Nothing is moved as a series grows; it takes another block.
 *
 *   page := times: 8 rows of u32, since the window's start   values: 8 rows of f64   before: the block before, of each block
 *
 * A block's number is its page's and its column's.
 */
export const BLOCK_SAMPLES = 8;
export const COLUMN_BITS = 9;
const COLUMNS = 1 << COLUMN_BITS;
export const COLUMN_MASK = COLUMNS - 1;
/** A row is a little longer than a power of two: rows of one block must not all fall into the same part of the processor's cache. */
export const ROW = COLUMNS + 8;
/** A time and a value. */
const SAMPLE_BYTES = 12;
/** Of so many pages one is kept, when it is free, for the next blocks: series end their chunks in waves. */
const SPARE_SHARE = 4;

export class BlockPage {
  readonly number: number;
  readonly times: Uint32Array;
  /** Low at 2i, high at 2i + 1: values move as words, bit for bit. */
  readonly words: Uint32Array;
  readonly before = new Uint32Array(COLUMNS);
  readonly free: number[] = [];

  constructor(number: number) {
    this.number = number;
    // The collector marks the whole heap when so many megabytes of memory outside of it have been made, what is shared among threads not
    // counted. This is the most that a busy head makes, and is in use for long; nobody shares it.
    const memory = new SharedArrayBuffer(SAMPLE_BYTES * BLOCK_SAMPLES * ROW);
    this.words = new Uint32Array(memory, 0, 2 * BLOCK_SAMPLES * ROW);
    this.times = new Uint32Array(memory, 8 * BLOCK_SAMPLES * ROW);
    for (let column = COLUMNS - 1; column >= 0; column--) this.free.push(column);
  }
}

export class OpenBlocks {
  readonly #pages: (BlockPage | null)[] = [];
  readonly #freeNumbers: number[] = [];
  readonly #withRoom: BlockPage[] = [];
  #taken = 0;

  get bytes(): number {
    return BLOCK_SAMPLES * SAMPLE_BYTES * this.#taken;
  }

  take(before: number): number {
    const page = this.#withRoom.at(-1) ?? this.#addPage();
    const column = page.free.pop() as number;
    if (page.free.length === 0) this.#withRoom.pop();
    page.before[column] = before;
    this.#taken++;
    return page.number * COLUMNS + column;
  }

  give(block: number): void {
    const page = this.pageOf(block);
    this.#taken--;
    page.free.push(block & COLUMN_MASK);
    if (page.free.length === 1) this.#withRoom.push(page);
    if (page.free.length < COLUMNS || this.#withRoom.length * SPARE_SHARE <= this.#pages.length) return;
    // Nobody uses it: its memory goes back.
    this.#withRoom.splice(this.#withRoom.indexOf(page), 1);
    this.#pages[page.number] = null;
    this.#freeNumbers.push(page.number);
  }

  /** Sample `i` of the block is at `i * ROW` and its column. */
  pageOf(block: number): BlockPage {
    return this.#pages[block >>> COLUMN_BITS] as BlockPage;
  }

  #addPage(): BlockPage {
    const number = this.#freeNumbers.pop() ?? this.#pages.length;
    const page = new BlockPage(number);
    this.#pages[number] = page;
    this.#withRoom.push(page);
    return page;
  }
}
