/**
 * Snappy's block format, the other way (google/snappy, format_description.txt): bytes that are there already, up to 64 KiB before, are
 * copied; what lies between copies goes as literals. Any of its readers reads it.
 */
export function snappyCompress(source: Uint8Array): Buffer {
  const out = new Output(source);
  // Matches do not reach over a block's end, so that a place fits into 16 bits, and a distance into two bytes.
  for (let from = 0; from < source.length; from += BLOCK_BYTES)
    compressBlock(source, from, Math.min(from + BLOCK_BYTES, source.length), out);
  return out.finish();
}

/** The same, with `breathe` awaited between blocks. */
export async function snappyCompressInSlices(source: Uint8Array, breathe: () => Promise<void>): Promise<Buffer> {
  const out = new Output(source);
  for (let from = 0; from < source.length; from += BLOCK_BYTES) {
    await breathe();
    compressBlock(source, from, Math.min(from + BLOCK_BYTES, source.length), out);
  }
  return out.finish();
}

const BLOCK_BYTES = 1 << 16;
const HASH_BITS = 14;
/** Where each group of four bytes was seen last in the block, by its hash; one more, so that 0 is nowhere. */
const places = new Uint32Array(1 << HASH_BITS);
/** A shorter one at the end of a block is not worth looking for. */
const MATCH_MIN = 4;
const COPY_MAX = 64;

function compressBlock(source: Uint8Array, from: number, to: number, out: Output): void {
  places.fill(0);
  let literal = from;
  let at = from;
  /** The longer nothing is found, the longer the steps: what does not compress costs little. */
  let misses = 0;
  while (at + MATCH_MIN <= to) {
    const hash = Math.imul(wordAt(source, at), 0x1e35a7bd) >>> (32 - HASH_BITS);
    const before = places[hash] - 1;
    places[hash] = at + 1;
    if (before < 0 || wordAt(source, before) !== wordAt(source, at)) {
      at += 1 + (misses++ >> 5);
      continue;
    }
    misses = 0;
    let end = at + MATCH_MIN;
    for (let other = before + MATCH_MIN; end < to && source[end] === source[other]; end++) other++;
    out.literal(literal, at);
    out.copy(at - before, end - at);
    at = end;
    literal = end;
  }
  out.literal(literal, to);
}

function wordAt(source: Uint8Array, at: number): number {
  return source[at] | (source[at + 1] << 8) | (source[at + 2] << 16) | (source[at + 3] << 24);
}

class Output {
  readonly #source: Uint8Array;
  readonly #bytes: Buffer;
  #at = 0;

  constructor(source: Uint8Array) {
    this.#source = source;
    // A literal of a block takes three bytes more than it holds; copies are shorter than what they stand for.
    this.#bytes = Buffer.allocUnsafe(16 + source.length + Math.ceil(source.length / 32));
    let length = source.length;
    for (; length >= 0x80; length = Math.floor(length / 0x80)) this.#bytes[this.#at++] = (length % 0x80) | 0x80;
    this.#bytes[this.#at++] = length;
  }

  literal(from: number, to: number): void {
    const last = to - from - 1;
    if (last < 0) return;
    if (last < 60) this.#bytes[this.#at++] = last << 2;
    else {
      const isLong = last > 0xff;
      this.#bytes[this.#at++] = (isLong ? 61 : 60) << 2;
      this.#bytes[this.#at++] = last & 0xff;
      if (isLong) this.#bytes[this.#at++] = last >> 8;
    }
    this.#bytes.set(this.#source.subarray(from, to), this.#at);
    this.#at += to - from;
  }

  copy(distance: number, length: number): void {
    for (let rest = length; rest > 0; ) {
      const taken = Math.min(rest, COPY_MAX);
      if (taken >= 4 && taken < 12 && distance < 2048) {
        this.#bytes[this.#at++] = 1 | ((taken - 4) << 2) | ((distance >> 8) << 5);
        this.#bytes[this.#at++] = distance & 0xff;
      } else {
        this.#bytes[this.#at++] = 2 | ((taken - 1) << 2);
        this.#bytes[this.#at++] = distance & 0xff;
        this.#bytes[this.#at++] = distance >> 8;
      }
      rest -= taken;
    }
  }

  finish(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }
}
