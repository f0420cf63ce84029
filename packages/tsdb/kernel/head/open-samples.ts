// The open samples of one series, brought together and written back.
import { slot, VALUES } from '../codec/memory';
import { BLOCK_SAMPLES, blockBefore, giveBlock, TIME_ROW, timesOf, VALUE_ROW } from './blocks';
import { OFFSETS } from './memory';
import { BLOCK, OFFSET_BITS, STATE } from './rows';

export function countOf(row: usize): u32 {
  return load<u32>(row, STATE) >> OFFSET_BITS;
}

/** To `OFFSETS` and the codec's `VALUES`; how many there are. */
export function gather(row: usize): u32 {
  const count = countOf(row);
  let block = load<u32>(row, BLOCK);
  for (let end = count; end > 0; ) {
    const from = (end - 1) & ~(BLOCK_SAMPLES - 1);
    let value = <usize>block;
    let time = timesOf(block);
    for (let i = from; i < end; i++) {
      store<u64>(slot(VALUES, i), load<u64>(value));
      store<u32>(OFFSETS + ((<usize>i) << 2), load<u32>(time));
      value += VALUE_ROW;
      time += TIME_ROW;
    }
    block = blockBefore(block);
    end = from;
  }
  return count;
}

/** From there back to its blocks, of which it has as many as `count` samples take. */
export function scatter(row: usize, count: u32): void {
  let block = load<u32>(row, BLOCK);
  for (let end = count; end > 0; ) {
    const from = (end - 1) & ~(BLOCK_SAMPLES - 1);
    let value = <usize>block;
    let time = timesOf(block);
    for (let i = from; i < end; i++) {
      store<u64>(value, load<u64>(slot(VALUES, i)));
      store<u32>(time, load<u32>(OFFSETS + ((<usize>i) << 2)));
      value += VALUE_ROW;
      time += TIME_ROW;
    }
    block = blockBefore(block);
    end = from;
  }
}

/** Forgets them. */
export function giveAll(row: usize): void {
  let block = load<u32>(row, BLOCK);
  for (let left = countOf(row); left > 0; left -= min(left, ((left - 1) & (BLOCK_SAMPLES - 1)) + 1)) {
    const before = blockBefore(block);
    giveBlock(block);
    block = before;
  }
  store<u32>(row, 0, STATE);
}
