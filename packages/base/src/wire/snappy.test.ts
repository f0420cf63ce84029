import { prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { snappy } from '../testing/snappy-reference.ts';
import { snappyDecompress } from './snappy.ts';
import { snappyCompress } from './snappy-compress.ts';

const random = prng(3);

/** Text that repeats itself at all distances, and noise. */
function sample(): Buffer {
  const words = Array.from({ length: 8 }, () => Buffer.from(Array.from({ length: random.int(1, 90) }, () => random.bits() & 0xff)));
  return Buffer.concat(Array.from({ length: random.int(0, 400) }, () => random.pick(words)));
}

test('gives back what another implementation compressed', () => {
  for (const bytes of [...Array.from({ length: 60 }, sample), Buffer.alloc(0), Buffer.alloc(300_000, 7), Buffer.alloc(1)]) {
    const result = snappyDecompress(snappy.compress(bytes), 1e7);
    expect(result.kind).toBe('bytes');
    if (result.kind === 'bytes') expect(Buffer.compare(result.bytes, bytes)).toBe(0);
  }
});

test('another implementation, and this one, give back what was compressed, and repetition makes it small', () => {
  const large = Buffer.concat(Array.from({ length: 400 }, sample));
  const noise = Buffer.from(Array.from({ length: 200_000 }, () => random.bits() & 0xff));
  for (const bytes of [...Array.from({ length: 200 }, sample), Buffer.alloc(0), Buffer.alloc(1), Buffer.alloc(300_000, 7), large, noise]) {
    const compressed = snappyCompress(bytes);
    expect(Buffer.compare(Buffer.from(snappy.uncompress(compressed)), bytes)).toBe(0);
    expect(snappyDecompress(compressed, 1e8)).toEqual({ kind: 'bytes', bytes });
    expect(compressed.length).toBeLessThan(bytes.length * 1.001 + 16);
  }
  expect(snappyCompress(Buffer.alloc(300_000, 7)).length).toBeLessThan(20_000);
  expect(snappyCompress(large).length).toBeLessThan(large.length / 2);
});

test('copies with four-byte distances and literals with long lengths', () => {
  const tail = [0x03 | (3 << 2), 4, 0, 0, 0]; // Four bytes from four back.
  const literal = [0xf0, 3, 1, 2, 3, 4]; // Length in one further byte.
  const result = snappyDecompress(Uint8Array.from([8, ...literal, ...tail]), 100);
  expect(result).toEqual({ kind: 'bytes', bytes: Buffer.from([1, 2, 3, 4, 1, 2, 3, 4]) });
});

test('a bomb is refused by what it declares', () => {
  const declared100MB = [0x80, 0xc2, 0xd7, 0x2f];
  expect(snappyDecompress(Uint8Array.from([...declared100MB, 0, 0]), 64e6)).toEqual({
    kind: 'too_large',
    bytes: 100_000_000,
    limitBytes: 64e6,
  });
  expect(snappyDecompress(Uint8Array.from([...declared100MB, 0, 0]), 1e9)).toMatchObject({ kind: 'malformed' });
});

test('whatever the bytes are, the answer is bytes of the declared length or a refusal', () => {
  const kinds = new Set<string>();
  for (let round = 0; round < 6000; round++) {
    const good = snappy.compress(sample().subarray(0, 500));
    const bad = good.slice(0, random.chance(0.3) ? random.int(0, good.length) : good.length);
    for (let i = random.int(0, 4); i > 0 && bad.length > 0; i--) bad[random.int(0, bad.length)] = random.bits();
    kinds.add(snappyDecompress(bad, 1e6).kind);
  }
  expect([...kinds].sort()).toEqual(['bytes', 'malformed', 'too_large']);
});
