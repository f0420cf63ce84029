// Varints as docs/format/record.md has them: up to eight bytes, up to 2^53 - 1.

/** Where the bytes behind the number that was written begin. */
export function writeVarint(at: usize, value: u64): usize {
  while (value >= 128) {
    store<u8>(at++, <u8>value | 128);
    value >>= 7;
  }
  store<u8>(at, <u8>value);
  return at + 1;
}

export function writeZigzag(at: usize, value: i64): usize {
  return writeVarint(at, ((<u64>value) << 1) ^ <u64>(value >> 63));
}

const VALUE_MAX: u64 = (1 << 53) - 1;

/** What `readVarint` has read. */
export let value: u64 = 0;

/** The end of the number at `at`, which is then `value`; 0 when it is not as it should be, or goes beyond `end`. */
export function readVarint(at: usize, end: usize): usize {
  value = 0;
  for (let shift: u64 = 0; shift < 56 && at < end; shift += 7) {
    const byte: u64 = load<u8>(at++);
    value |= (byte & 127) << shift;
    if (byte < 128) return value <= VALUE_MAX ? at : 0;
  }
  return 0;
}

/** `value` as a signed number. */
export function signed(): i64 {
  return <i64>(value >> 1) ^ -(<i64>(value & 1));
}
