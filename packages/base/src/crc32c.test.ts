import { expect, test } from 'vitest';
import { crc32c } from './crc32c.ts';

const ascii = (text: string) => new TextEncoder().encode(text);

test('the check values of RFC 3720 B.4', () => {
  expect(crc32c(ascii('123456789'))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
});

test('a seed continues', () => {
  const bytes = ascii('the quick brown fox jumps over the lazy dog');
  expect(crc32c(bytes, 11, bytes.length, crc32c(bytes, 0, 11))).toBe(crc32c(bytes));
});
