// Where the open samples of all series lie: blocks of eight samples of one series, 640 blocks beside each other in a page. The first
// samples of all its blocks come first, then all second ones …: series of one scrape have blocks side by side, so that their samples are
// written side by side. Nothing is moved as a series grows; it takes another block.
//
//   page := values: 8 rows of f64   times: 8 rows of u32, since the window's start   before: u32 of each block, the block before
//           free: a bit for each block   how many are free: u32   the next page with free ones: u32
//
// A block is the address of its first value. The least free one is taken, so that neighbours stay neighbours.

export const BLOCK_SAMPLES: u32 = 8;
const COLUMNS: u32 = 640;
/** No power of two: rows of one block must not all fall into the same part of the processor's cache. */
export const VALUE_ROW: usize = 8 * COLUMNS;
export const TIME_ROW: usize = 4 * COLUMNS;
export const TIMES: usize = VALUE_ROW * BLOCK_SAMPLES;
export const BEFORE: usize = TIMES + TIME_ROW * BLOCK_SAMPLES;
const FREE: usize = BEFORE + 4 * COLUMNS;
const FREE_COUNT: usize = FREE + COLUMNS / 8;
const NEXT: usize = FREE_COUNT + 4;

/** Pages with free blocks: the first of them, 0 when there is none. */
let roomy: usize = 0;
let taken: u32 = 0;

export function blocksTaken(): u32 {
  return taken;
}

export function hasBlock(): bool {
  return roomy !== 0;
}

/** All blocks of a page of zeros become free. */
export function addBlocks(page: usize): void {
  for (let at: usize = 0; at < COLUMNS / 8; at += 8) store<u64>(page + at, -1, FREE);
  store<u32>(page, COLUMNS, FREE_COUNT);
  store<u32>(page, <u32>roomy, NEXT);
  roomy = page;
}

/** There is one. */
export function takeBlock(before: u32): u32 {
  const page = roomy;
  let at = page + FREE;
  while (load<u64>(at) === 0) at += 8;
  const bits = load<u64>(at);
  store<u64>(at, bits & (bits - 1));
  const left = load<u32>(page, FREE_COUNT) - 1;
  store<u32>(page, left, FREE_COUNT);
  if (left === 0) roomy = <usize>load<u32>(page, NEXT);
  taken++;
  const block = <u32>(page + ((at - page - FREE) << 6) + ((<usize>ctz<u64>(bits)) << 3));
  store<u32>(beforeAt(block), before);
  return block;
}

export function giveBlock(block: u32): void {
  const page = pageOf(block);
  const column = columnOf(block);
  const at = page + ((column >> 6) << 3);
  store<u64>(at, load<u64>(at, FREE) | ((<u64>1) << (column & 63)), FREE);
  const free = load<u32>(page, FREE_COUNT) + 1;
  store<u32>(page, free, FREE_COUNT);
  taken--;
  if (free !== 1) return;
  store<u32>(page, <u32>roomy, NEXT);
  roomy = page;
}

/** Sample `i` of a block: `i * VALUE_ROW` behind the block, and `i * TIME_ROW` behind this. */
export function timesOf(block: u32): usize {
  return pageOf(block) + TIMES + (columnOf(block) << 2);
}

export function blockBefore(block: u32): u32 {
  return load<u32>(beforeAt(block));
}

function beforeAt(block: u32): usize {
  return pageOf(block) + BEFORE + (columnOf(block) << 2);
}

function pageOf(block: u32): usize {
  return <usize>(block & 0xffff0000);
}

function columnOf(block: u32): usize {
  return <usize>((block & 0xffff) >> 3);
}
