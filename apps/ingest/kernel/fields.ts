// Protobuf's wire format (protobuf.dev, "Encoding"). A cursor is an address; 0 says that the bytes are not as they should be.

/** Where the value that `fieldEnd` or `varintEnd` has read begins, or what it is. */
export let valueAt: usize = 0;
export let value: u64 = 0;

/** The end of a length-delimited value whose length is at `at`; it begins at `valueAt` and lies before `end`. */
export function fieldEnd(at: usize, end: usize): usize {
  const first: u32 = load<u8>(at);
  if (first >= 128) return longFieldEnd(at, end);
  valueAt = at + 1;
  const to = at + 1 + first;
  return to <= end ? to : 0;
}

function longFieldEnd(at: usize, end: usize): usize {
  const to = varintEnd(at);
  if (to === 0 || to > end || value > <u64>(end - to)) return 0;
  valueAt = to;
  return to + <usize>value;
}

/** The end of a varint of up to ten bytes, which is then `value`. */
export function varintEnd(at: usize): usize {
  value = 0;
  for (let shift: u64 = 0; shift < 70; shift += 7) {
    const byte: u64 = load<u8>(at++);
    value |= (byte & 127) << shift;
    if (byte < 128) return at;
  }
  return 0;
}
