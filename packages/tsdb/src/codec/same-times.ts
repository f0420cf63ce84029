/** Are these the same times? Mostly they are, or differ at an end. */
export function sameTimes(a: Float64Array, b: Float64Array): boolean {
  const last = a.length - 1;
  return a.length === b.length && a[0] === b[0] && a[last] === b[last] && sameBits(a, b);
}

/** Each number of both the same, bit by bit: of NaN too. */
export function sameBits(a: Float64Array, b: Float64Array): boolean {
  return Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
