import { expect, test } from 'vitest';
import { xxh32 } from './series-hash.ts';

const ascii = (text: string) => new TextEncoder().encode(text);

test('published XXH32 values', () => {
  expect(xxh32(ascii(''), 0)).toBe(0x02cc5d05);
  expect(xxh32(ascii('a'), 1)).toBe(0x550d7456);
  expect(xxh32(ascii('abc'), 3)).toBe(0x32d153ff);
  const long = ascii('Nobody inspects the spammish repetition');
  expect(xxh32(long, long.length)).toBe(0xe2293b2f);
});
