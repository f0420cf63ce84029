import { readFileSync } from 'node:fs';
import { prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { STALE_HIGH, STALE_LOW } from '../model/sample.ts';
import { decodeXorChunk, encodeXorChunk } from './xor-chunk.ts';

/** As promtool 2.42 wrote them: `length:uvarint encoding:u8 data crc:u32` after a header of eight bytes. */
function realChunks(): Buffer[] {
  const file = readFileSync(new URL('../../../../testdata/prometheus_block/chunks/000001', import.meta.url));
  const chunks: Buffer[] = [];
  for (let at = 8; at < file.length; ) {
    let length = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = file[at++];
      length += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    if (file[at] === 1) chunks.push(file.subarray(at + 1, at + 1 + length));
    at += 1 + length + 4;
  }
  return chunks;
}

test('what Prometheus has encoded is encoded to the same bytes', () => {
  const chunks = realChunks();
  expect(chunks.length).toBeGreaterThan(3);
  for (const chunk of chunks) {
    const samples = decodeXorChunk(chunk);
    const encoded = Buffer.from(encodeXorChunk(samples, 0, samples.times.length));
    // A chunk of one sample has a byte behind it there.
    expect(chunk.subarray(0, encoded.length).equals(encoded)).toBe(true);
    expect([...chunk.subarray(encoded.length)]).toEqual(samples.times.length === 1 ? [0] : []);
  }
});

test('whatever is encoded comes back, bit for bit', () => {
  const random = prng(8);
  for (let round = 0; round < 2000; round++) {
    const count = random.int(1, 40);
    const values = new Float64Array(count + 2);
    const words = new Uint32Array(values.buffer);
    const times = new Float64Array(count + 2);
    let timeMs = random.pick([-(2 ** 50), -5, 0, 1_700_000_000_000]);
    let step = random.pick([1, 15_000]);
    for (let i = 0; i < count + 2; i++) {
      times[i] = timeMs;
      if (random.chance(0.3)) step = random.pick([1, 1000, 15_000, 15_001, 2 ** 13, 2 ** 13 + 1, 2 ** 16 + 7, 2 ** 19, 2 ** 33, 2 ** 40]);
      timeMs += step;
      const kind = random.int(0, 6);
      if (kind === 0) words.set([random.bits(), random.bits()], 2 * i);
      else if (kind === 1) words.set([STALE_LOW, STALE_HIGH], 2 * i);
      else if (kind === 2 && i > 0) words.set([words[2 * i - 2] ^ (1 << random.int(0, 32)), words[2 * i - 1]], 2 * i);
      else if (kind === 3 && i > 0) words.set(words.slice(2 * i - 2, 2 * i), 2 * i);
      else values[i] = random.pick([0, -0, 1, 0.1, i, Number.NaN, Number.POSITIVE_INFINITY, 5e-324]);
    }
    const decoded = decodeXorChunk(encodeXorChunk({ times, values }, 1, count + 1));
    expect(decoded.times).toEqual(times.slice(1, count + 1));
    expect(new Uint32Array(decoded.values.buffer)).toEqual(words.slice(2, 2 * count + 2));
  }
});

test('broken bytes are refused', () => {
  const random = prng(9);
  const [chunk] = realChunks();
  for (let round = 0; round < 500; round++) {
    const bad = Buffer.from(chunk.subarray(0, random.int(0, chunk.length)));
    for (let i = random.int(0, 4); i > 0 && bad.length > 0; i--) bad[random.int(0, bad.length)] = random.bits();
    try {
      decodeXorChunk(bad);
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
    }
  }
});
