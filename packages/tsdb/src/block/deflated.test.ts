import { prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { deflated, inflated } from './deflated.ts';

test('sections come back, empty ones too', async () => {
  for (const length of [0, 1, 7, 100_000]) {
    const section = new Uint8Array(length).map((_, i) => i % 7);
    expect(Buffer.from(await inflated(await deflated(section)))).toEqual(Buffer.from(section));
  }
});

test('what is damaged, cut, or longer than it says is refused', async () => {
  const whole = await deflated(new Uint8Array(5000).map((_, i) => (i * i) % 251));
  const random = prng(1);
  for (let at = 0; at < whole.length; at += 7) await expect(inflated(whole.subarray(0, at))).rejects.toThrow(RangeError);
  for (const length of [0, 1, 0x7f]) {
    const other = whole.slice();
    other[0] = length | 0x80;
    await expect(inflated(other)).rejects.toThrow(RangeError);
  }
  let refused = 0;
  for (let i = 0; i < 100; i++) {
    const damaged = whole.slice();
    damaged[random.int(0, damaged.length)] ^= 1 << random.int(0, 8);
    await inflated(damaged).catch((error) => {
      expect(error).toBeInstanceOf(RangeError);
      refused++;
    });
  }
  expect(refused).toBeGreaterThan(10);
});
