/**
 * Walks the frames of one segment up to a limit, and finds its way again after damage.
 *
 * Bytes come in windows of one memory: a frame's payload is a view, valid as long as `isInMemory` says so of the frames behind it.
 */
import type { OpenFile } from '@tidemark/base/files';
import { crc32c } from '@tidemark/base/kernel';
import { READ_BYTES } from '../limits.ts';
import { FRAME_HEADER_BYTES, FRAME_MAGIC, type FrameHeader, readFrameHeader } from './frame.ts';

export type Scanned =
  | { readonly kind: 'frame'; readonly header: FrameHeader; readonly payload: Buffer; readonly at: number }
  /** The header can be believed, its payload not. */
  | { readonly kind: 'bad_payload'; readonly header: FrameHeader; readonly at: number }
  /** No header at `at`; the next one begins at `to`. */
  | { readonly kind: 'bad_header'; readonly at: number; readonly to: number }
  /** Nothing that could be read from `at` to the limit. */
  | { readonly kind: 'tail'; readonly at: number; readonly bytes: number }
  | { readonly kind: 'end'; readonly at: number };

export class FrameScanner {
  readonly #file: OpenFile;
  readonly #salt: number;
  #at: number;
  /** Made when it is first needed. A new one for each window would be a reason for the collector to mark the whole heap, many times a second. */
  #memory: Buffer = Buffer.alloc(0);
  #window: Buffer = Buffer.alloc(0);
  #windowAt = 0;

  constructor(file: OpenFile, salt: number, at = 0) {
    this.#file = file;
    this.#salt = salt;
    this.#at = at;
  }

  /** Where the next frame is looked for. */
  get at(): number {
    return this.#at;
  }

  skipTo(at: number): void {
    this.#at = at;
  }

  /** The next frame needs no bytes from the file: what came before it stays as it is. */
  get isInMemory(): boolean {
    const index = this.#at - this.#windowAt;
    if (index < 0 || index + FRAME_HEADER_BYTES > this.#window.length) return false;
    const header = readFrameHeader(this.#window, index, this.#salt);
    return header !== null && index + FRAME_HEADER_BYTES + header.length <= this.#window.length;
  }

  async next(limit: number): Promise<Scanned> {
    const at = this.#at;
    if (at >= limit) return { kind: 'end', at };
    const start = at + FRAME_HEADER_BYTES <= limit ? await this.#bytes(at, FRAME_HEADER_BYTES, limit) : null;
    const header = start && readFrameHeader(this.#window, start.index, this.#salt);
    if (!header) return this.#resync(at, limit);
    const to = at + FRAME_HEADER_BYTES + header.length;
    if (to > limit) return { kind: 'tail', at, bytes: limit - at };
    const frame = await this.#bytes(at, to - at, limit);
    if (frame === null) return { kind: 'tail', at, bytes: limit - at };
    this.#at = to;
    const payload = this.#window.subarray(frame.index + FRAME_HEADER_BYTES, frame.index + FRAME_HEADER_BYTES + header.length);
    return crc32c(payload) === header.payloadChecksum ? { kind: 'frame', header, payload, at } : { kind: 'bad_payload', header, at };
  }

  async #resync(from: number, limit: number): Promise<Scanned> {
    let at = from + 1;
    while (at + FRAME_HEADER_BYTES <= limit) {
      const found = await this.#bytes(at, FRAME_HEADER_BYTES, limit);
      if (found === null) break;
      const candidate = this.#window.indexOf(FRAME_MAGIC, found.index);
      const candidateAt = candidate === -1 ? this.#windowAt + this.#window.length - (FRAME_MAGIC.length - 1) : this.#windowAt + candidate;
      if (candidate !== -1 && candidate + FRAME_HEADER_BYTES <= this.#window.length) {
        if (readFrameHeader(this.#window, candidate, this.#salt) !== null) {
          this.#at = candidateAt;
          return { kind: 'bad_header', at: from, to: candidateAt };
        }
        at = candidateAt + 1;
      } else {
        // At the window's edge: look again with the bytes behind it.
        at = Math.max(candidateAt, at + 1);
      }
    }
    return { kind: 'tail', at: from, bytes: limit - from };
  }

  /** Makes [at, at + count) part of the window; null when the file is shorter than it should be. */
  async #bytes(at: number, count: number, limit: number): Promise<{ readonly index: number } | null> {
    const index = at - this.#windowAt;
    if (index >= 0 && index + count <= this.#window.length) return { index };
    const wanted = Math.min(Math.max(count, READ_BYTES), limit - at);
    const window = this.#memoryFor(wanted).subarray(0, wanted);
    // Up to the durable end, less than a window: it has just been written, and is in memory.
    const length = wanted < READ_BYTES ? this.#file.readNow(window, at) : await this.#file.read(window, at);
    this.#window = window.subarray(0, length);
    this.#windowAt = at;
    return length >= count ? { index: 0 } : null;
  }

  /** A larger record's memory is its alone. */
  #memoryFor(bytes: number): Buffer {
    if (bytes > READ_BYTES) return Buffer.allocUnsafeSlow(bytes);
    if (this.#memory.length === 0) this.#memory = Buffer.allocUnsafeSlow(READ_BYTES);
    return this.#memory;
  }
}
