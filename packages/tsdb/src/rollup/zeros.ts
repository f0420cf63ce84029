/** Columns of zeros share their numbers, so that one is known when it comes again. Nobody writes into them. */
let zeros = new Float64Array(1024);

export function zerosOf(length: number): Float64Array {
  if (zeros.length < length) zeros = new Float64Array(2 * length);
  return zeros.subarray(0, length);
}

export function areZeros(column: Float64Array): boolean {
  return column.buffer === zeros.buffer;
}
