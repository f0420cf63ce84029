import { isMark, markedNumber } from './histogram-mark.ts';
import type { NativeHistogram } from './native-histogram.ts';

/**
 * Samples travel as two columns. A series' end is written as the stale marker, a NaN with the payload
 * that Prometheus uses; its bits live only in Float64Arrays and DataViews (a `number[]`, arithmetic or
 * JSON loses them), so it is asked for by position.
 */

/** Rising times in milliseconds, each with its value. Equal lengths. */
export interface SampleColumns {
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** What marks among the values stand for, by their numbers. Where it is missing, there are none. */
  readonly histograms?: readonly NativeHistogram[];
  /** When the series of each sample started, 0 where it is not known. The engine keeps none. */
  readonly starts?: Float64Array;
}

export const NO_SAMPLES: SampleColumns = { times: new Float64Array(0), values: new Float64Array(0) };

/** 0x7ff0000000000002: Prometheus, model/value/value.go, `StaleNaN`. */
export const STALE_HIGH = 0x7ff00000;
export const STALE_LOW = 2;

const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
const LOW_WORD = LITTLE_ENDIAN ? 0 : 1;

/** Did the series end at this position? */
export function isStaleAt(values: Float64Array, index: number): boolean {
  const value = values[index];
  if (value === value) return false; // Fast path: not a NaN.
  const words = new Uint32Array(values.buffer, values.byteOffset + index * 8, 2);
  return words[LOW_WORD] === STALE_LOW && words[1 - LOW_WORD] === STALE_HIGH;
}

export function writeStaleAt(values: Float64Array, index: number): void {
  const words = new Uint32Array(values.buffer, values.byteOffset + index * 8, 2);
  words[LOW_WORD] = STALE_LOW;
  words[1 - LOW_WORD] = STALE_HIGH;
}

/** By position: the histograms, and undefined where there is a number or a stale marker. Undefined when all are such. */
export function histogramsOf(samples: SampleColumns): (NativeHistogram | undefined)[] | undefined {
  const { histograms } = samples;
  if (histograms === undefined) return undefined;
  const { values } = samples;
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  return Array.from(values, (_, i) => {
    const high = words[2 * i + (1 - LOW_WORD)];
    return isMark(high) ? histograms[markedNumber(high, words[2 * i + LOW_WORD])] : undefined;
  });
}

/** The same bits, not the same number: NaN payloads and the sign of zero count. */
export function sameBits(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  const left = new Uint32Array(a.buffer, a.byteOffset, a.length * 2);
  const right = new Uint32Array(b.buffer, b.byteOffset, b.length * 2);
  return left.every((word, i) => word === right[i]);
}
