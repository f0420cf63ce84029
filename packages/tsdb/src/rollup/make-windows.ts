import type { Millis } from '@tidemark/base';
import { type Chunk, readChunks } from '../codec/chunk.ts';
import { ColumnBuffer } from '../codec/columns.ts';
import type { TimeRange } from '../model/time-range.ts';
import { JoinedWindows, stretchIn } from './join-windows.ts';
import type { Level } from './levels.ts';
import { mergeWindows } from './merge-windows.ts';
import { windowsOf } from './read-windows.ts';
import { rollSeries } from './roll-series.ts';
import type { RolledColumns } from './rolled-columns.ts';

/** The windows of one series in a unit, by their width; null where it is too slow to have any. Empty when there is nothing to make them of. */
export type MadeWindows = ReadonlyMap<Millis, RolledColumns | null>;

/** Of chunks of samples, in the order that settles equal times, or of windows. */
export function makeWindows(chunks: readonly Chunk[], unit: TimeRange, level: Level, name: string): MadeWindows {
  if (chunks.length === 0) return NONE;
  return level.fromWidthMs === 0 ? fromSamples(chunks, unit, level, name) : fromWindows(chunks, unit, level);
}

const NONE: MadeWindows = new Map();

function fromSamples(chunks: readonly Chunk[], unit: TimeRange, { widthsMs }: Level, name: string): MadeWindows {
  samples.clear();
  readChunks(chunks, { fromMs: unit.fromMs + 1, toMs: unit.toMs }, samples);
  const rolled = rollSeries(samples.view(), widthsMs, name);
  return rolled.every((windows) => windows === null || windows.length === 0)
    ? NONE
    : new Map(widthsMs.map((width, i) => [width, rolled[i]]));
}

/** Each width is made from the one before. */
function fromWindows(chunks: readonly Chunk[], unit: TimeRange, { fromWidthMs, widthsMs }: Level): MadeWindows {
  const stretches = chunks
    .filter(({ minMs, maxMs }) => minMs <= unit.toMs && maxMs > unit.fromMs)
    .sort((a, b) => a.minMs - b.minMs)
    .map((chunk) => stretchIn(windowsOf(chunk, fromWidthMs), unit));
  let windows: RolledColumns = new JoinedWindows(fromWidthMs, stretches);
  if (windows.length === 0) return NONE;
  const made = new Map<number, RolledColumns>();
  for (const widthMs of widthsMs) {
    windows = mergeWindows(windows, widthMs);
    made.set(widthMs, windows);
  }
  return made;
}

const samples = new ColumnBuffer();
