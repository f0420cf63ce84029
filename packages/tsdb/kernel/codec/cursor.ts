// One cursor in memory that writes or reads bytes, and the 64-bit integers of the format.

let at: usize = 0;

export function seek(to: usize): void {
  at = to;
}

export function position(): usize {
  return at;
}

export function skip(bytes: usize): void {
  at += bytes;
}

export function putByte(value: u32): void {
  store<u8>(at++, <u8>value);
}

export function putWord(value: u64): void {
  store<u64>(at, value);
  at += 8;
}

export function putVarint(value: u64): void {
  while (value >= 0x80) {
    store<u8>(at++, <u8>(value | 0x80));
    value >>= 7;
  }
  store<u8>(at++, <u8>value);
}

export function takeByte(): u32 {
  return load<u8>(at++);
}

export function takeWord(): u64 {
  const value = load<u64>(at);
  at += 8;
  return value;
}

export function takeVarint(): u64 {
  let value: u64 = 0;
  for (let shift: u64 = 0; shift < 70; shift += 7) {
    const byte: u64 = load<u8>(at++);
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return value;
}

export function varintBytes(value: u64): u32 {
  return value === 0 ? 1 : (70 - <u32>clz<u64>(value)) / 7;
}

export function zigzag(value: i64): u64 {
  return <u64>((value << 1) ^ (value >> 63));
}

export function unzigzag(value: u64): i64 {
  return <i64>(value >> 1) ^ -(<i64>(value & 1));
}
