// Open samples become chunks.
import { slot, TIMES } from '../codec/memory';
import { LIVE, OFFSETS, SAVED, WINDOW_MS } from './memory';
import { gather, giveAll } from './open-samples';
import { CLOSED, NEWEST, OFFSET_MASK, STATE, WINDOW } from './rows';
import { writeChunk } from './sealer';

/** What is open of a series becomes its newest chunk. False when the page has no room; nothing has changed then. */
export function seal(row: usize): bool {
  const count = gather(row);
  const window = load<i32>(row, WINDOW);
  const chunk = writeChunk(LIVE, load<u32>(row, NEWEST), count, window);
  if (chunk === 0) return false;
  store<f64>(row, <f64>window * <f64>WINDOW_MS + <f64>(load<u32>(row, STATE) & OFFSET_MASK), CLOSED);
  store<u32>(row, chunk, NEWEST);
  giveAll(row);
  return true;
}

/** A chunk of what is open, beside it: of what is saved. 0 when the page has no room. */
export function sealCopy(row: usize, before: u32): u32 {
  return writeChunk(SAVED, before, gather(row), load<i32>(row, WINDOW));
}

/** A chunk of the `count` samples of one window that the host has put in the codec's columns. 0 when the page has no room. */
export function sealColumns(sealer: usize, before: u32, count: u32): u32 {
  const window = <i32>floor<f64>(load<f64>(TIMES) / <f64>WINDOW_MS);
  const startMs = <f64>window * <f64>WINDOW_MS;
  for (let i: u32 = 0; i < count; i++) store<u32>(OFFSETS + ((<usize>i) << 2), <u32>(load<f64>(slot(TIMES, i)) - startMs));
  return writeChunk(sealer, before, count, window);
}
