import { assert } from '../assert.ts';
import { type KernelConstant, loadKernel } from './load-kernel.ts';

interface PointExports {
  readonly VALUES: KernelConstant;
  readonly OPENINGS: KernelConstant;
  readonly LENGTHS: KernelConstant;
  readonly OUTPUT: KernelConstant;
  readonly POWERS: KernelConstant;
  readonly POWER_MIN: KernelConstant;
  write(count: number): number;
}

/** Numbers in one call at most. */
export const POINT_TEXTS_MAX = 1024;

/** Bytes of what stands before a number, which is ASCII. */
const OPENING_BYTES_MAX = 24;

/** What stands before each number of a column. */
export interface Openings {
  /** Each with room for the longest. */
  readonly bytes: Uint8Array;
  readonly lengths: Uint8Array;
}

/** Of ASCII texts, `POINT_TEXTS_MAX` at most: for all columns that have the same. */
export function openingsOf(texts: readonly string[]): Openings {
  assert(texts.length <= POINT_TEXTS_MAX, 'not more openings than numbers');
  const bytes = Buffer.alloc(texts.length * OPENING_BYTES_MAX);
  for (const [i, text] of texts.entries()) {
    assert(text.length <= OPENING_BYTES_MAX, 'an opening has room');
    bytes.write(text, i * OPENING_BYTES_MAX, 'latin1');
  }
  return { bytes, lengths: Uint8Array.from(texts, ({ length }) => length) };
}

/**
 * For each number its opening, its text and `"]`, one behind the other. The text is the shortest that reads back as the number, in the form
 * that Prometheus' API gives it: an exponent of two digits or more below 1e-6 and from 1e21 on, `NaN`, `+Inf` and `-Inf`.
 */
export function pointTexts(openings: Openings, values: Float64Array): string {
  assert(openings.lengths.length === values.length, 'so many openings as numbers');
  instance ??= load();
  if (openings !== instance.openings) {
    instance.openingBytes.set(openings.bytes);
    instance.lengths.set(openings.lengths);
    instance.openings = openings;
  }
  instance.values.set(values);
  return instance.output.toString('latin1', 0, instance.exports.write(values.length));
}

/** A few tables, 1,024 numbers and their texts. */
const PAGES = 2;
/** As many powers as numbers may need. */
const POWERS_COUNT = 617;

/** This thread's, made when it is first needed. */
let instance: ReturnType<typeof load> | null = null;

function load() {
  const { exports, memory } = loadKernel<PointExports>(new URL('../../dist/points.wasm', import.meta.url), PAGES);
  const { VALUES, OPENINGS, LENGTHS, OUTPUT, POWERS, POWER_MIN } = exports;
  const powers = new BigUint64Array(memory, POWERS.value, 2 * POWERS_COUNT);
  for (let i = 0; i < POWERS_COUNT; i++) {
    const power = leadingBits(POWER_MIN.value + i);
    powers[2 * i] = power & 0xffff_ffff_ffff_ffffn;
    powers[2 * i + 1] = power >> 64n;
  }
  return {
    exports,
    values: new Float64Array(memory, VALUES.value, POINT_TEXTS_MAX),
    openingBytes: new Uint8Array(memory, OPENINGS.value, POINT_TEXTS_MAX * OPENING_BYTES_MAX),
    lengths: new Uint8Array(memory, LENGTHS.value, POINT_TEXTS_MAX),
    output: Buffer.from(memory, OUTPUT.value),
    /** Those that it has. */
    openings: null as Openings | null,
  };
}

/** The leading 128 bits of a power of ten, rounded up. */
function leadingBits(exponent: number): bigint {
  const power = 10n ** BigInt(Math.abs(exponent));
  const length = BigInt(power.toString(2).length);
  if (exponent < 0) {
    // 2^(127 + length) / power has 128 bits, or 129 where power is a power of two: of ten it is none.
    return ((1n << (127n + length)) + power - 1n) / power;
  }
  return length <= 128n ? power << (128n - length) : ((power - 1n) >> (length - 128n)) + 1n;
}
