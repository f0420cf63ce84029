import { ByteReader, ByteWriter, CorruptionError } from '@tidemark/base';
import type { OpenFile } from '@tidemark/base/files';
import { crc32c } from '@tidemark/base/kernel';

/**
 * A file of items in frames, so that it is written and checked in slices:
 *
 *   file  := magic{8}  frame*
 *   frame := bytes:u32  checksum:u32  payload{bytes}         checksum: CRC-32C of the payload
 *
 * A payload holds whole items, at least one.
 */
export class FrameWriter {
  readonly #file: OpenFile;
  readonly #payload = new ByteWriter(FRAME_BYTES + 1024);
  readonly #header = new ByteWriter(FRAME_HEADER_BYTES);
  #at = 0;

  constructor(file: OpenFile) {
    this.#file = file;
  }

  async begin(magic: string): Promise<void> {
    await this.#write(Buffer.from(magic, 'latin1'));
  }

  /** The next item is written here; then call `itemEnds`. */
  get item(): ByteWriter {
    return this.#payload;
  }

  /** True when a frame is full: call `flush` before the next item. */
  itemEnds(): boolean {
    return this.#payload.length >= FRAME_BYTES;
  }

  async flush(): Promise<void> {
    if (this.#payload.length === 0) return;
    const payload = this.#payload.view();
    this.#header.reset();
    this.#header.u32(payload.length);
    this.#header.u32(crc32c(payload));
    await this.#write(this.#header.view());
    await this.#write(payload);
    this.#payload.reset();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await this.#file.write(bytes, this.#at);
    this.#at += bytes.length;
  }
}

export class FrameReader {
  readonly #path: string;
  readonly #bytes: Uint8Array;
  #at: number;
  #frame = new ByteReader(new Uint8Array(0));

  /** Throws `CorruptionError`, as all of it does, when the file is none of this kind. */
  constructor(path: string, bytes: Uint8Array, magic: string) {
    this.#path = path;
    this.#bytes = bytes;
    this.#at = magic.length;
    if (Buffer.from(bytes.subarray(0, magic.length)).toString('latin1') !== magic) this.#fail(`no ${magic}`);
  }

  /** To read the next item from. */
  item(): ByteReader {
    if (this.#frame.remaining === 0) this.#next();
    return this.#frame;
  }

  end(): void {
    if (this.#frame.remaining > 0 || this.#at < this.#bytes.length) this.#fail('bytes behind the last item');
  }

  /** `read` throws `RangeError` for what a checksum does not find. */
  checked<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return this.#fail(error.message);
    }
  }

  #next(): void {
    const header = this.#bytes.subarray(this.#at, this.#at + FRAME_HEADER_BYTES);
    if (header.length < FRAME_HEADER_BYTES) this.#fail('a frame is missing');
    const reader = new ByteReader(header);
    const [length, checksum] = [reader.u32(), reader.u32()];
    const from = this.#at + FRAME_HEADER_BYTES;
    if (length === 0 || from + length > this.#bytes.length || crc32c(this.#bytes, from, from + length) !== checksum)
      this.#fail('a frame fails its checksum');
    this.#frame = new ByteReader(this.#bytes, from, from + length);
    this.#at = from + length;
  }

  #fail(reason: string): never {
    throw new CorruptionError({ file: this.#path, offset: this.#at, reason });
  }
}

/** A number that counts from 0 up to, not including, `end`. */
export function readBelow(item: ByteReader, end: number): number {
  const number = item.varint();
  if (number >= end) throw new RangeError(`${number} of ${end}`);
  return number;
}

const FRAME_HEADER_BYTES = 8;

/** Checked and written in a fraction of a millisecond. */
const FRAME_BYTES = 2 ** 17;
