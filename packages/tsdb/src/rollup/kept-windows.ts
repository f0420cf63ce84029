import type { Millis } from '@tidemark/base';
import type { Chunk } from '../codec/chunk.ts';
import type { TimeRange } from '../model/time-range.ts';
import { stretchIn, type WindowStretch } from './join-windows.ts';
import { endsOver, without } from './ranges.ts';
import { windowsOf } from './read-windows.ts';

/** The windows of a block's chunks that end in `range`, its start excluded, and have nothing of what is deleted. */
export function keptStretches(chunks: readonly Chunk[], widthMs: Millis, range: TimeRange, deleted: readonly TimeRange[]): WindowStretch[] {
  const kept = deleted.reduce((ranges, each) => without(ranges, endsOver(each, widthMs)), [range]);
  return kept.flatMap((part) => {
    const touching = chunks.filter(({ minMs, maxMs }) => minMs <= part.toMs && maxMs > part.fromMs);
    // What is said of the time before a chunk is said in the chunk before it.
    return touching.map((chunk, i) =>
      stretchIn(windowsOf(chunk, widthMs), {
        fromMs: i === 0 ? part.fromMs : touching[i - 1].maxMs,
        toMs: i === touching.length - 1 ? part.toMs : chunk.maxMs,
      }),
    );
  });
}
