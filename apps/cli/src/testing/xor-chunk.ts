/** Writes Prometheus' XOR chunks, as plainly as can be: bits as text. Values are 64 bits. */
export function encodeXorChunk(samples: readonly { readonly timeMs: number; readonly bits: bigint }[]): Uint8Array {
  let text = bitsOf(BigInt(samples.length), 16);
  let step = 0;
  let leading = -1;
  let trailing = 0;
  for (const [i, { timeMs, bits }] of samples.entries()) {
    if (i === 0) {
      text += varint(zigzag(BigInt(timeMs))) + bitsOf(bits, 64);
      continue;
    }
    const next = timeMs - samples[i - 1].timeMs;
    text += i === 1 ? varint(BigInt(next)) : stepChange(next - step);
    step = next;
    const xor = bits ^ samples[i - 1].bits;
    if (xor === 0n) {
      text += '0';
      continue;
    }
    const word = bitsOf(xor, 64);
    const ownLeading = Math.min(31, word.indexOf('1'));
    const ownTrailing = 63 - word.lastIndexOf('1');
    if (leading >= 0 && ownLeading >= leading && ownTrailing >= trailing) text += `10${word.slice(leading, 64 - trailing)}`;
    else {
      leading = ownLeading;
      trailing = ownTrailing;
      const length = 64 - leading - trailing;
      text += `11${bitsOf(BigInt(leading), 5)}${bitsOf(BigInt(length % 64), 6)}${word.slice(leading, 64 - trailing)}`;
    }
  }
  return Uint8Array.from(text.match(/.{1,8}/g) ?? [], (byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}

function stepChange(change: number): string {
  if (change === 0) return '0';
  for (const [prefix, size] of [
    ['10', 14],
    ['110', 17],
    ['1110', 20],
  ] as const) {
    if (change >= 1 - 2 ** (size - 1) && change <= 2 ** (size - 1)) return prefix + bitsOf(BigInt.asUintN(size, BigInt(change)), size);
  }
  return `1111${bitsOf(BigInt.asUintN(64, BigInt(change)), 64)}`;
}

function bitsOf(value: bigint, count: number): string {
  return value.toString(2).padStart(count, '0');
}

function zigzag(value: bigint): bigint {
  return value < 0n ? -2n * value - 1n : 2n * value;
}

function varint(value: bigint): string {
  let text = '';
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) text += bitsOf((rest & 0x7fn) | 0x80n, 8);
  return text + bitsOf(rest, 8);
}
