import { ByteReader } from '@tidemark/base';
import { BITS, type ChunkSummary, DECIMALS, INTEGERS, ONLY_STALE, UNKNOWN, WITH_STALE } from './chunk-summary.ts';
import type { SummaryPage } from './summary-page.ts';

/**
 * A page of summaries as versions 5 to 7 of blocks have it: series by series.
 *
 *   summary page := (bytes:varint  summary*)*
 *   summary      := kind:u8  [stale:varint]  body           kind has 0x80 added when there are stale markers
 *
 *   0 unknown
 *   1 integers    least:zigzag  greatest - least:varint  sum - count · least:varint
 *   2 decimals    exponent:u8  least:zigzag  greatest - least:varint               of the digits
 *   3 bits        least:8 bytes  greatest:8 bytes
 *   4 stale       there are only stale markers
 */
export class EntrywiseSummaryPage implements SummaryPage {
  readonly #page: Uint8Array;
  /** By series: where its own begin. */
  readonly #at: Uint32Array;

  /** Throws `RangeError` on damage. */
  constructor(page: Uint8Array, count: number) {
    this.#page = page;
    this.#at = new Uint32Array(count);
    const reader = new ByteReader(page);
    for (let i = 0; i < count; i++) {
      const bytes = reader.varint();
      this.#at[i] = reader.at;
      reader.skip(bytes);
    }
  }

  get bytes(): number {
    return this.#page.length + this.#at.byteLength;
  }

  of(series: number, samples: readonly number[]): (ChunkSummary | null)[] {
    const reader = new ByteReader(this.#page, this.#at[series]);
    return samples.map((each) => readSummary(reader, each));
  }
}

/** Of a chunk of so many samples. Throws `RangeError` on damage. */
function readSummary(reader: ByteReader, samples: number): ChunkSummary | null {
  const first = reader.u8();
  const kind = first & ~WITH_STALE;
  if (first === UNKNOWN) return null;
  const stale = first === kind ? 0 : reader.varint();
  const count = samples - stale;
  if (count < 0 || (count === 0) !== (kind === ONLY_STALE)) throw new RangeError('a summary of more samples than there are');
  switch (kind) {
    case INTEGERS: {
      const min = reader.zigzag();
      const max = min + reader.varint();
      return { count, min, max, sum: count * min + reader.varint() };
    }
    case DECIMALS: {
      const scale = 10 ** reader.u8();
      const least = reader.zigzag();
      return { count, min: least / scale, max: (least + reader.varint()) / scale, sum: null };
    }
    case BITS:
      return { count, min: reader.f64(), max: reader.f64(), sum: null };
    case ONLY_STALE:
      return { count, min: 0, max: 0, sum: 0 };
    default:
      throw new RangeError('an unknown kind of summary');
  }
}
