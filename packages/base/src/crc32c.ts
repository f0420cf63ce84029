/** CRC-32C (Castagnoli), RFC 3720 appendix B.4: reflected, polynomial 0x1EDC6F41. Slicing by eight. */
const POLYNOMIAL_REFLECTED = 0x82f63b78;
const tables: Uint32Array[] = Array.from({ length: 8 }, () => new Uint32Array(256));

for (let i = 0; i < 256; i++) {
  let value = i;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL_REFLECTED : value >>> 1;
  tables[0][i] = value;
}
for (let i = 0; i < 256; i++) {
  for (let slice = 1; slice < 8; slice++) {
    const before = tables[slice - 1][i];
    tables[slice][i] = (before >>> 8) ^ tables[0][before & 0xff];
  }
}

/** Unsigned 32 bits over `bytes[from, to)`. `seed` continues an earlier checksum. */
export function crc32c(bytes: Uint8Array, from = 0, to = bytes.length, seed = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables;
  let crc = ~seed;
  let i = from;
  for (; i + 8 <= to; i += 8) {
    const low = crc ^ (bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24));
    crc =
      t7[low & 0xff] ^
      t6[(low >>> 8) & 0xff] ^
      t5[(low >>> 16) & 0xff] ^
      t4[low >>> 24] ^
      t3[bytes[i + 4]] ^
      t2[bytes[i + 5]] ^
      t1[bytes[i + 6]] ^
      t0[bytes[i + 7]];
  }
  for (; i < to; i++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[i]) & 0xff];
  return ~crc >>> 0;
}
