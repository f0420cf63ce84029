/**
 * Frees the memory of large bytes now instead of when they are collected: nobody may look at them any more. Such memory lies outside
 * of the heap, where the collector counts it as a reason to mark everything that is in it.
 */
export function release({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && byteLength > 0 && byteLength === buffer.byteLength) buffer.transfer(0);
}
