/**
 * Matrices as they travel: base64 of a little-endian Float64Array for each series, NaN for "no point".
 * Decoded once into columns; nothing in the web turns them into pairs.
 */
import type { EncodedMatrix, LabelSet } from '@tidemark/rpc';

export interface DecodedMatrix {
  readonly stepMs: number;
  /** Milliseconds, ascending, `stepMs` apart. Shared by all series. */
  readonly times: Float64Array;
  readonly series: readonly { readonly labels: LabelSet; readonly values: Float64Array }[];
}

/** Throws a RangeError when a column is not as long as the matrix says. */
export function decodeMatrix(matrix: EncodedMatrix): DecodedMatrix {
  const times = new Float64Array(matrix.count);
  for (let i = 0; i < matrix.count; i++) times[i] = matrix.startMs + i * matrix.stepMs;
  const series = matrix.series.map(({ labels, values }) => ({ labels, values: decodeColumn(values, matrix.count) }));
  return { stepMs: matrix.stepMs, times, series };
}

function decodeColumn(base64: string, count: number): Float64Array {
  const text = atob(base64);
  if (text.length !== count * 8) throw new RangeError(`a column of ${text.length} bytes for ${count} points`);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return new Float64Array(bytes.buffer);
}
