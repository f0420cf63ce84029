// Samples of one time, of many series: pushed to the open blocks, and sealed where these end.
import { BLOCK_SAMPLES, hasBlock, TIME_ROW, takeBlock, timesOf, VALUE_ROW } from './blocks';
import { chunkSamples, slowMs, slowSamples } from './chunk-ends';
import { INPUT_ROWS, INPUT_VALUES, WINDOW_MS } from './memory';
import { BLOCK, CLOSED, FIRST, OFFSET_BITS, OFFSET_MASK, PLACE, STATE, WINDOW } from './rows';
import { seal } from './seal';

/** Why it stops, above the position: at the end; at a sample that is not simply a series' next one; for want of room for a chunk, or of a block. */
const REASON_BITS: u32 = 28;
const ASKS_HOST: u32 = 1;
const WANTS_PAGE: u32 = 2;
const WANTS_BLOCKS: u32 = 3;

/** A series' first chunk ends after one block, two, … so many. */
const FIRST_CHUNK_BLOCKS: u32 = 6;

/**
 * Appends what lies at `[from, to)` of the input, at `offset` milliseconds in `window`. Returns how far it came and, from bit 28 on, why no
 * further. What was closed up to `restoredToMs` was in another life.
 */
export function append(from: u32, to: u32, window: i32, offset: u32, restoredToMs: f64): u32 {
  for (let i = from; i < to; i++) {
    const row = <usize>load<u32>(INPUT_ROWS + ((<usize>i) << 2));
    if (row === 0) return i | (ASKS_HOST << REASON_BITS);
    let state = load<u32>(row, STATE);
    // Fast path: the next sample of an open window, whose block has room.
    const isSteady =
      ((state >> OFFSET_BITS) & (BLOCK_SAMPLES - 1)) !== 0 && load<i32>(row, WINDOW) === window && offset > (state & OFFSET_MASK);
    if (!isSteady) {
      const reason = makeRoom(row, window, offset, restoredToMs);
      if (reason !== 0) return i | (reason << REASON_BITS);
      state = load<u32>(row, STATE);
    }
    const block = load<u32>(row, BLOCK);
    const at = <usize>((state >> OFFSET_BITS) & (BLOCK_SAMPLES - 1));
    store<u64>(<usize>block + at * VALUE_ROW, load<u64>(INPUT_VALUES + ((<usize>i) << 3)));
    store<u32>(timesOf(block) + at * TIME_ROW, offset);
    store<u32>(row, ((state & ~OFFSET_MASK) + (1 << OFFSET_BITS)) | offset, STATE);
  }
  return to;
}

/** For a later sample. 0, or why there is none. */
function makeRoom(row: usize, window: i32, offset: u32, restoredToMs: f64): u32 {
  const state = load<u32>(row, STATE);
  let count = state >> OFFSET_BITS;
  if (count === 0) {
    if (load<u32>(row, PLACE) === 0) return ASKS_HOST;
    if (<f64>window * <f64>WINDOW_MS + <f64>offset <= load<f64>(row, CLOSED)) return ASKS_HOST;
  } else {
    const open = load<i32>(row, WINDOW);
    if (window < open || (window === open && offset <= (state & OFFSET_MASK))) return ASKS_HOST;
    if (window > open || isComplete(row, count, restoredToMs)) {
      if (!seal(row)) return WANTS_PAGE;
      count = 0;
    }
  }
  if (!hasBlock()) return WANTS_BLOCKS;
  store<u32>(row, takeBlock(count === 0 ? 0 : load<u32>(row, BLOCK)), BLOCK);
  if (count !== 0) return 0;
  store<i32>(row, window, WINDOW);
  store<u32>(row, offset, FIRST);
  return 0;
}

/**
 * Asked when another block would be taken. Slow series end a chunk after some time, so that few samples lie open; a series' first chunk
 * of a window, as of a life, ends earlier, so that not all series have long ones at once: all of them begin together. Neighbours go
 * together, so that their blocks stay neighbours.
 */
function isComplete(row: usize, count: u32, restoredToMs: f64): bool {
  if ((count & (BLOCK_SAMPLES - 1)) !== 0) return false;
  if (count >= chunkSamples) return true;
  const place = load<u32>(row, PLACE) - 1;
  if (count >= BLOCK_SAMPLES * (1 + ((place >> 10) % FIRST_CHUNK_BLOCKS)) && isFirstChunk(row, restoredToMs)) return true;
  return count >= slowSamples && (load<u32>(row, STATE) & OFFSET_MASK) - load<u32>(row, FIRST) >= slowMs;
}

/** Has what is open there nothing before it in its window, or in this life? */
function isFirstChunk(row: usize, restoredToMs: f64): bool {
  const closedMs = load<f64>(row, CLOSED);
  return closedMs <= restoredToMs || closedMs < <f64>load<i32>(row, WINDOW) * <f64>WINDOW_MS;
}
