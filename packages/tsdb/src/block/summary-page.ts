import { type ByteReader, ByteWriter } from '@tidemark/base';
import { BITS, type ChunkSummary, DECIMALS, INTEGERS, ONLY_STALE, UNKNOWN, WHOLE_MAX, WITH_STALE } from './chunk-summary.ts';

/**
 * A page of the index with the summaries of some series' chunks, column by column: of each, those of the chunks that have it.
 *
 *   summary page := chunks:varint{series}
 *                   kind:u8{chunks of all series}                   0x80 added when there are stale markers
 *                   stale:varint*                                   how many, of those that have some
 *                   exponent:u8*                                    2
 *                   least:zigzag*  span:varint*                     1 and 2, of the digits; span: greatest - least
 *                   sum:zigzag*                                     1; less what it would be if all values lay in the middle, rounded down
 *                   (least:8 bytes  greatest:8 bytes)*              3
 *
 * kind: 0 unknown, 1 integers, 2 decimals, 3 bits, 4 there are only stale markers.
 */
export interface SummaryPage {
  /** What it takes in memory. */
  readonly bytes: number;
  /** Of the chunks of the page's series of this number, which have so many samples each. Throws `RangeError` on damage. */
  of(series: number, samples: readonly number[]): (ChunkSummary | null)[];
}

export class SummaryPageWriter {
  /** In the order of the page. */
  readonly #columns = {
    chunks: new ByteWriter(512),
    kind: new ByteWriter(1024),
    stale: new ByteWriter(64),
    exponent: new ByteWriter(64),
    least: new ByteWriter(1024),
    span: new ByteWriter(1024),
    sum: new ByteWriter(1024),
    bits: new ByteWriter(256),
  };

  /** Of the next series: what is known of its chunks, which have so many samples each. */
  add(summaries: readonly (ChunkSummary | null)[], samples: readonly number[]): void {
    this.#columns.chunks.varint(summaries.length);
    for (const [i, summary] of summaries.entries()) {
      if (summary === null) this.#columns.kind.u8(UNKNOWN);
      else this.#addKnown(summary, samples[i] - summary.count);
    }
  }

  /** What has been added; begins anew. */
  take(): Uint8Array {
    const out = new ByteWriter(8192);
    for (const column of Object.values(this.#columns)) {
      out.bytes(column.view());
      column.reset();
    }
    return out.finish();
  }

  #addKnown({ count, min, max, sum }: ChunkSummary, stale: number): void {
    const columns = this.#columns;
    const exponent = sum === null ? exponentOf(min, max) : 0;
    const kind = count === 0 ? ONLY_STALE : sum !== null ? INTEGERS : exponent !== null ? DECIMALS : BITS;
    columns.kind.u8(kind | (stale > 0 ? WITH_STALE : 0));
    if (stale > 0) columns.stale.varint(stale);
    if (kind === ONLY_STALE) return;
    if (exponent === null) {
      columns.bits.f64(min);
      columns.bits.f64(max);
      return;
    }
    if (sum === null) columns.exponent.u8(exponent);
    else columns.sum.zigzag(sum - sumInMiddle(count, min, max));
    const least = Math.round(min * 10 ** exponent);
    columns.least.zigzag(least);
    columns.span.varint(Math.round(max * 10 ** exponent) - least);
  }
}

/** A page that has been read. */
export class ColumnarSummaryPage implements SummaryPage {
  /** By series: where its chunks begin; and behind the last. */
  readonly #chunkAt: Uint32Array;
  readonly #kind: Uint8Array;
  readonly #stale: Uint32Array;
  readonly #min: Float64Array;
  readonly #max: Float64Array;
  readonly #sum: Float64Array;

  /** Of so many series. Throws `RangeError` on damage. */
  constructor(reader: ByteReader, count: number) {
    this.#chunkAt = new Uint32Array(count + 1);
    for (const [i, chunks] of reader.varints(count).entries()) this.#chunkAt[i + 1] = this.#chunkAt[i] + chunks;
    const chunks = this.#chunkAt[count];
    const kinds = reader.bytes(chunks).slice();
    this.#kind = kinds.map((kind) => kind & ~WITH_STALE);
    if (this.#kind.some((kind) => kind > ONLY_STALE)) throw new RangeError('an unknown kind of summary');
    this.#stale = Uint32Array.from(kinds, (kind) => (kind & WITH_STALE ? reader.varint() : 0));
    const scale = Float64Array.from(this.#kind, (kind) => (kind === DECIMALS ? 10 ** reader.u8() : 1));
    const isScaled = (kind: number) => kind === INTEGERS || kind === DECIMALS;
    const least = Float64Array.from(this.#kind, (kind) => (isScaled(kind) ? reader.zigzag() : 0));
    this.#max = Float64Array.from(this.#kind, (kind, i) => (isScaled(kind) ? (least[i] + reader.varint()) / scale[i] : 0));
    this.#min = least.map((each, i) => each / scale[i]);
    this.#sum = Float64Array.from(this.#kind, (kind) => (kind === INTEGERS ? reader.zigzag() : 0));
    for (let i = 0; i < chunks; i++) {
      if (this.#kind[i] !== BITS) continue;
      this.#min[i] = reader.f64();
      this.#max[i] = reader.f64();
    }
    if (reader.remaining > 0) throw new RangeError('more than the page should have');
  }

  get bytes(): number {
    return this.#chunkAt.byteLength + CHUNK_BYTES * this.#kind.length;
  }

  of(series: number, samples: readonly number[]): (ChunkSummary | null)[] {
    const from = this.#chunkAt[series];
    if (this.#chunkAt[series + 1] - from !== samples.length) throw new RangeError('summaries of other chunks than there are');
    return samples.map((each, i) => this.#summary(from + i, each));
  }

  #summary(at: number, samples: number): ChunkSummary | null {
    const kind = this.#kind[at];
    const count = samples - this.#stale[at];
    if (count < 0 || (count === 0) !== (kind === ONLY_STALE)) throw new RangeError('a summary of more samples than there are');
    if (kind === UNKNOWN) return null;
    const [min, max] = [this.#min[at], this.#max[at]];
    const sum = kind === INTEGERS ? this.#sum[at] + sumInMiddle(count, min, max) : kind === ONLY_STALE ? 0 : null;
    return { count, min, max, sum };
  }
}

const CHUNK_BYTES = 1 + 4 + 3 * 8;

/** Of integers that lie between these evenly, about: what is told is what theirs is more. */
function sumInMiddle(count: number, min: number, max: number): number {
  return count * min + Math.floor((count * (max - min)) / 2);
}

/** With so many digits behind the point both are decimals, exactly. */
function exponentOf(min: number, max: number): number | null {
  for (let exponent = 0; exponent <= EXPONENT_MAX; exponent++) {
    if (isDecimal(min, exponent) && isDecimal(max, exponent)) return exponent;
  }
  return null;
}

const EXPONENT_MAX = 12;

function isDecimal(value: number, exponent: number): boolean {
  const scale = 10 ** exponent;
  const digits = Math.round(value * scale);
  return Math.abs(digits) < WHOLE_MAX && digits / scale === value;
}
