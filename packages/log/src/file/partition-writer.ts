/**
 * The end of one partition: the segment being written, and how far it is good.
 *
 * `end` moves only after a sync. When a write or sync fails, the segment is cut back to its last good frame and the
 * next records go into a new one: after a failed sync the system may have thrown away what it had not written.
 */
import { assert, type Millis, release } from '@tidemark/base';
import type { Files, OpenFile } from '@tidemark/base/files';
import { SEGMENT_BYTES_MAX, SEGMENT_MS_MAX, WRITE_NOW_BYTES_MAX } from '../limits.ts';
import type { DurableEnd } from './durable.ts';
import { FRAME_HEADER_BYTES, writeFrame } from './frame.ts';
import { partitionDir, segmentPath } from './layout.ts';
import type { SegmentFacts } from './retention.ts';

export interface PartitionStart {
  readonly segments: readonly SegmentFacts[];
  /** Whether the last of `segments` can be gone on with; otherwise a new one begins at `end`. */
  readonly isLastWritable: boolean;
  readonly end: number;
}

export interface SegmentLimits {
  readonly segmentBytesMax: number;
  readonly segmentMsMax: number;
}

export const SEGMENT_LIMITS: SegmentLimits = { segmentBytesMax: SEGMENT_BYTES_MAX, segmentMsMax: SEGMENT_MS_MAX };

export class PartitionWriter {
  readonly partition: number;
  readonly #dir: string;
  readonly #salt: number;
  readonly #files: Files;
  readonly #limits: SegmentLimits;
  /** Rising; the last one is being written unless `#file` is null. */
  readonly #segments: SegmentFacts[];
  #file: OpenFile | null = null;
  #end: number;

  private constructor(options: PartitionWriterOptions) {
    this.partition = options.partition;
    this.#dir = options.dir;
    this.#salt = options.salt;
    this.#files = options.files;
    this.#limits = options.limits;
    this.#segments = [...options.start.segments];
    this.#end = options.start.end;
  }

  static async open(options: PartitionWriterOptions): Promise<PartitionWriter> {
    const writer = new PartitionWriter(options);
    const last = writer.#segments.at(-1);
    if (last !== undefined && options.start.isLastWritable) {
      writer.#file = await options.files.open(segmentPath(options.dir, options.partition, last.first), 'update');
      await writer.#file.truncate(last.bytes);
      await writer.#file.sync();
      await options.files.syncFolder(partitionDir(options.dir, options.partition)); // Its maker may have been killed before that.
    }
    return writer;
  }

  get segments(): readonly SegmentFacts[] {
    return this.#segments;
  }

  get durableEnd(): DurableEnd {
    const last = this.#segments.at(-1);
    if (this.#file === null || last === undefined) return { segment: this.#end, bytes: 0, end: this.#end };
    return { segment: last.first, bytes: last.bytes, end: this.#end };
  }

  /** Durable when it resolves; nothing of `records` stays when it rejects. Returns the first one's offset. */
  async append(records: readonly Uint8Array[], nowMs: Millis): Promise<number> {
    const first = this.#end;
    const frames = this.#frames(records, nowMs);
    try {
      const { file, segment } = this.#currentFor(frames.length, nowMs) ?? (await this.#nextSegment(nowMs));
      if (frames.length <= WRITE_NOW_BYTES_MAX) file.writeNow(frames, segment.bytes);
      else await file.write(frames, segment.bytes);
      await file.sync();
      this.#segments[this.#segments.length - 1] = { ...segment, bytes: segment.bytes + frames.length };
      release(frames);
    } catch (error) {
      await this.#abandonSegment();
      throw error;
    }
    this.#end += records.length;
    return first;
  }

  async remove(segment: SegmentFacts): Promise<void> {
    const index = this.#segments.indexOf(segment);
    assert(index === 0 && this.#segments.length > 1, 'retention drops the oldest segment, and never the last');
    await this.#files.remove(segmentPath(this.#dir, this.partition, segment.first));
    this.#segments.shift();
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }

  #frames(records: readonly Uint8Array[], nowMs: Millis): Buffer {
    let bytes = 0;
    for (const { length } of records) bytes += FRAME_HEADER_BYTES + length;
    const frames = Buffer.allocUnsafe(bytes);
    let at = 0;
    for (let i = 0; i < records.length; i++) at = writeFrame(frames, at, this.#salt, this.#end + i, nowMs, records[i]);
    return frames;
  }

  /** The segment that is being written, unless it is full or old. */
  #currentFor(bytes: number, nowMs: Millis): { readonly file: OpenFile; readonly segment: SegmentFacts } | null {
    const last = this.#segments.at(-1);
    if (this.#file === null || last === undefined) return null;
    const isFull = last.bytes > 0 && last.bytes + bytes > this.#limits.segmentBytesMax;
    const isOld = nowMs - last.beganMs >= this.#limits.segmentMsMax;
    return isFull || isOld ? null : { file: this.#file, segment: last };
  }

  async #nextSegment(nowMs: Millis): Promise<{ readonly file: OpenFile; readonly segment: SegmentFacts }> {
    await this.close();
    const last = this.#segments.at(-1);
    const file = await this.#files.open(segmentPath(this.#dir, this.partition, this.#end), 'create');
    const segment = { partition: this.partition, first: this.#end, bytes: 0, beganMs: nowMs };
    if (last?.first === this.#end) this.#segments.pop();
    this.#segments.push(segment);
    this.#file = file;
    await this.#files.syncFolder(partitionDir(this.#dir, this.partition));
    return { file, segment };
  }

  /** Whatever else fails now changes nothing: readers stop at the durable end, and the next segment's name ends this one. */
  async #abandonSegment(): Promise<void> {
    const last = this.#segments.at(-1);
    if (this.#file === null || last === undefined) return;
    await this.#file.truncate(last.bytes).catch(() => undefined);
    await this.close().catch(() => undefined);
    this.#file = null;
  }
}

export interface PartitionWriterOptions {
  readonly dir: string;
  readonly partition: number;
  readonly salt: number;
  readonly files: Files;
  readonly limits: SegmentLimits;
  readonly start: PartitionStart;
}
