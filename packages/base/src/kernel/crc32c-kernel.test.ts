import { expect, test } from 'vitest';
import { crc32c as plain } from '../crc32c.ts';
import { prng } from '../prng.ts';
import { crc32c } from './crc32c-kernel.ts';

test('the kernel agrees with the plain form for any length, place and seed', () => {
  const random = prng(20);
  const bytes = Uint8Array.from({ length: 200_000 }, () => random.int(0, 256));
  // About where the kernel begins, where it begins to fold, and where its input ends.
  const edges = [96, 2528, 65_536, 131_072].flatMap((edge) => Array.from({ length: 36 }, (_, i) => edge + i - 18));
  for (const length of [...edges, ...Array.from({ length: 100 }, () => random.int(0, 20_000))]) {
    const from = random.int(0, 64);
    const seed = random.bits();
    expect(crc32c(bytes, from, from + length, seed), `${length} bytes`).toBe(plain(bytes, from, from + length, seed));
  }
});

test('no call leaves anything behind for the next one', () => {
  const random = prng(21);
  const noise = Uint8Array.from({ length: 65_536 }, () => random.int(0, 256));
  const zeros = new Uint8Array(10_000);
  for (let i = 0; i < 3; i++) {
    expect(crc32c(noise)).toBe(plain(noise));
    expect(crc32c(zeros)).toBe(plain(zeros));
  }
});
