/**
 * Follows one partition through its segments.
 *
 * A segment holds the offsets from its name up to the next segment's name. In the segment that is being written the
 * durable end is the limit; in an older one its size is. Whatever is missing between is damage, said once.
 */
import { CorruptionError } from '@tidemark/base';
import { type Files, isMissing, type OpenFile } from '@tidemark/base/files';
import type { LogEntry, LogReader, Offset, ReadResult } from '../log.ts';
import type { DurableEnd } from './durable.ts';
import type { DurableFollower } from './durable-follower.ts';
import { FrameScanner } from './frame-scanner.ts';
import { listSegments, segmentPath } from './layout.ts';

interface OpenSegment {
  readonly first: Offset;
  readonly path: string;
  readonly file: OpenFile;
  readonly scanner: FrameScanner;
  /** Null while the segment is being written; then its size, and where the next one begins. */
  closed: { readonly bytes: number; readonly next: Offset } | null;
}

export class FileLogReader implements LogReader {
  readonly #files: Files;
  readonly #dir: string;
  readonly #partition: number;
  readonly #salt: number;
  readonly #durable: DurableFollower;
  #position: Offset;
  #segment: OpenSegment | null = null;
  /** Bytes that were no frame: damage once the next frame shows that a record is missing. */
  #gap: { readonly at: number; readonly reason: string } | null = null;

  constructor(files: Files, dir: string, partition: number, salt: number, durable: DurableFollower, from: Offset) {
    this.#files = files;
    this.#dir = dir;
    this.#partition = partition;
    this.#salt = salt;
    this.#durable = durable;
    this.#position = from;
  }

  get position(): Offset {
    return this.#position;
  }

  async read(signal: AbortSignal): Promise<ReadResult> {
    for (;;) {
      this.#durable.refresh();
      const durable = this.#durable.end(this.#partition);
      if (signal.aborted) return { entries: [], end: durable.end };
      if (this.#position >= durable.end) {
        await this.#durable.changed(signal);
      } else {
        const entries = await this.#readSome(durable);
        if (entries.length > 0) return { entries, end: durable.end };
      }
    }
  }

  async close(): Promise<void> {
    await this.#segment?.file.close();
    this.#segment = null;
  }

  /** `READ_BYTES` of records at most, or one that is larger, which lie in memory together. Empty when the segment was dropped meanwhile: look again. */
  async #readSome(durable: DurableEnd): Promise<LogEntry[]> {
    const entries: LogEntry[] = [];
    const segment = await this.#segmentOf(durable);
    if (segment === null) return entries;
    const limit = segment.closed?.bytes ?? durable.bytes;
    const end = segment.closed?.next ?? durable.end;
    while (this.#position < end && (entries.length === 0 || segment.scanner.isInMemory)) {
      const scanned = await segment.scanner.next(limit);
      switch (scanned.kind) {
        case 'bad_header':
          this.#gap ??= { at: scanned.at, reason: `no frame in ${scanned.to - scanned.at} bytes` };
          break;
        case 'tail':
        case 'end':
          this.#skip(end, entries, { path: segment.path, at: scanned.at, reason: 'the rest of the segment cannot be read' });
          segment.scanner.skipTo(limit);
          break;
        case 'frame':
        case 'bad_payload': {
          const { offset } = scanned.header;
          if (offset >= this.#position) {
            const place = { path: segment.path, at: scanned.at, reason: 'a record is missing before this place' };
            this.#skip(Math.min(offset, end), entries, { ...place, ...this.#gap });
          }
          this.#gap = null;
          if (offset !== this.#position || offset >= end) break;
          if (scanned.kind === 'frame') entries.push({ kind: 'record', offset, bytes: scanned.payload });
          else entries.push(damage(offset, { path: segment.path, at: scanned.at, reason: `checksum of record ${offset}` }));
          this.#position = offset + 1;
        }
      }
    }
    return entries;
  }

  /** To `offset`; whatever lies between is damage. */
  #skip(offset: Offset, entries: LogEntry[], place: Place): void {
    if (offset === this.#position) return;
    entries.push(damage(this.#position, place));
    this.#position = offset;
  }

  /** The segment that holds `position`. */
  async #segmentOf(durable: DurableEnd): Promise<OpenSegment | null> {
    const open = this.#segment;
    if (open !== null && open.closed === null && open.first === durable.segment) return open; // Fast path: following the end.
    if (open?.closed && this.#position < open.closed.next) return open;

    const firsts = (await listSegments(this.#files, this.#dir, this.#partition)).filter((first) => first <= durable.segment);
    this.#position = Math.max(this.#position, firsts[0] ?? durable.end); // Dropped by retention before it was read.
    const first = firsts.findLast((candidate) => candidate <= this.#position);
    if (first === undefined) return null;
    const segment = first === open?.first ? open : await this.#open(first);
    if (segment !== null && first !== durable.segment) {
      const next = firsts.find((candidate) => candidate > first) ?? durable.segment;
      segment.closed = { bytes: await segment.file.size(), next };
    }
    return segment;
  }

  async #open(first: Offset): Promise<OpenSegment | null> {
    await this.close();
    const path = segmentPath(this.#dir, this.#partition, first);
    try {
      const file = await this.#files.open(path, 'read');
      this.#segment = { first, path, file, scanner: new FrameScanner(file, this.#salt), closed: null };
      return this.#segment;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }
}

interface Place {
  readonly path: string;
  readonly at: number;
  readonly reason: string;
}

function damage(offset: Offset, { path, at, reason }: Place): LogEntry {
  return { kind: 'damage', offset, error: new CorruptionError({ file: path, offset: at, reason }) };
}
