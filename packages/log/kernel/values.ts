// Values in few bytes, bit for bit, as src/record/packed-values.ts: codes of four bits, then as many bytes as they say.
import { double, POSITIONS, VALUES, word } from './memory';

const INTEGER_MAX: u64 = (1 << 53) - 1;

/** Writes the values at `POSITIONS[from … to)` to `at`; where they end. */
export function packValues(at: usize, from: u32, to: u32): usize {
  let codeAt = at;
  at += (to - from + 1) >> 1;
  let before: u64 = 0;
  let codes: u32 = 0;
  let shift: u32 = 0;
  for (let i = from; i < to; i++) {
    const bits = load<u64>(double(VALUES, load<u32>(word(POSITIONS, i))));
    if (bits !== before) {
      before = bits;
      // Of what is no integer in range this is an integer as well, which does not convert back.
      const integer = <i64>reinterpret<f64>(bits);
      let code: u32;
      if (
        integer > 0 &&
        integer <= <i64>INTEGER_MAX &&
        reinterpret<u64>(<f64>integer) === bits &&
        (integer < 0x100000000 || <u32>bits !== 0)
      ) {
        code = <u32>((71 - clz<i64>(integer)) >> 3);
        store<u64>(at, <u64>integer);
        at += code;
      } else {
        const dropped: u32 = min<u32>(7, <u32>(ctz<u64>(bits) >> 3));
        code = 15 - dropped;
        store<u64>(at, bits >> ((<u64>dropped) << 3));
        at += 8 - dropped;
      }
      codes |= code << shift;
    }
    if (shift === 0) shift = 4;
    else {
      store<u8>(codeAt++, <u8>codes);
      codes = 0;
      shift = 0;
    }
  }
  if (shift !== 0) store<u8>(codeAt, <u8>codes);
  return at;
}

/** Reads the `count` values of the bytes at `[at, end)` into `VALUES` from `to` on; where they end, 0 when something is wrong. */
export function unpackValues(at: usize, end: usize, count: u32, to: u32): usize {
  let codeAt = at;
  if (<usize>((count + 1) >> 1) > end - at) return 0;
  at += (count + 1) >> 1;
  let before: u64 = 0;
  let codes: u32 = 0;
  const into = double(VALUES, to);
  for (let i: u32 = 0; i < count; i++) {
    codes = (i & 1) === 0 ? <u32>load<u8>(codeAt++) : codes >> 4;
    const code = codes & 15;
    if (code !== 0) {
      if (at > end) return 0; // Before a word is read that lies far behind.
      const word = load<u64>(at);
      if (code < 8) {
        const integer = word & (((<u64>1) << ((<u64>code) << 3)) - 1);
        if (integer > INTEGER_MAX) return 0;
        before = reinterpret<u64>(<f64>integer);
        at += code;
      } else {
        before = word << ((<u64>(15 - code)) << 3);
        at += code - 7;
      }
    }
    store<u64>(into + ((<usize>i) << 3), before);
  }
  return at <= end ? at : 0;
}
