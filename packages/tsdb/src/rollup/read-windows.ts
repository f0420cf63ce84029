import type { Millis } from '@tidemark/base';
import type { Chunk, SharedTimes } from '../codec/chunk.ts';
import { DecodedWindows } from './decoded-windows.ts';
import type { RolledColumns } from './rolled-columns.ts';
import { decodeFrame, type Frame } from './rolled-frame.ts';

/** Windows that a block has as a chunk. Throws `RangeError` on damage: at once of the frame, of columns when they are asked for. */
export function windowsOf(chunk: Chunk, widthMs: Millis): RolledColumns {
  if (chunk.form !== 'shared times') throw new RangeError('windows without a frame');
  return new DecodedWindows(frameOf(chunk.times, widthMs), chunk.bytes.subarray(chunk.from, chunk.to));
}

/** Series that share a frame find it decoded. */
function frameOf(times: SharedTimes, widthMs: Millis): Frame {
  let frame = frames.get(times);
  if (frame === undefined) {
    frame = decodeFrame(times.bytes.subarray(times.from, times.to), widthMs, times.count, times.minMs);
    frames.set(times, frame);
  }
  return frame;
}

const frames = new WeakMap<SharedTimes, Frame>();
