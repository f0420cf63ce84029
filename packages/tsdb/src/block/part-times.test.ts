import { prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { encodePart, PartReader } from './part-times.ts';

test('a part gives back its times, chunk by chunk; what is no part is none', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = prng(seed);
    const base = Float64Array.from({ length: random.int(1, 400) }, (_, i) => i * 1000 + random.int(0, 900));
    const rate = random.pick([0.02, 0.5, 0.98]);
    const times = base.filter(() => random.chance(rate));
    if (times.length === 0) continue;
    const chunk = random.int(1, 200);
    const ends = Array.from({ length: Math.ceil(times.length / chunk) }, (_, i) => Math.min(times.length, (i + 1) * chunk));
    const encoded = encodePart(times, ends, base);
    const reader = new PartReader(base);
    const read = (encoded ?? []).flatMap((bytes, i) => [...reader.next(bytes, ends[i] - (ends[i - 1] ?? 0))]);
    expect(read, `seed ${seed}`).toEqual([...times]);
    const other = times.slice();
    other[random.int(0, times.length)] += 0.5;
    expect(encodePart(other, ends, base)).toBeNull();
  }
});

test('a chunk that picks what is not there is refused', () => {
  const base = Float64Array.of(1, 2, 3);
  const next = (bytes: number[], count: number) => new PartReader(base).next(Uint8Array.from(bytes), count);
  expect([...next([1, 2], 2)]).toEqual([2, 3]);
  for (const [bytes, count] of [
    [[1, 3], 3],
    [[4, 1], 1],
    [[0, 0], 1],
    [[0, 2], 1],
    [[0, 1], 2],
    [[0, 2], 2 ** 40],
    [[0], 1],
  ] as [number[], number][])
    expect(() => next(bytes, count), `${bytes}`).toThrow(RangeError);
});
