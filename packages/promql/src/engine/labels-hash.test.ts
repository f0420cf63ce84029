import { Labels } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { hashedShare } from './labels-hash.ts';

/** Of `x{n="ä…b"}` with so many bytes in the label's value, from Prometheus 3.14. */
test.each([
  [1, 1885497376160963964n],
  [3, 10062077722912999327n],
  [7, 402911573854934078n],
  [8, 14201735872377726867n],
  [20, 3273426994523831069n],
  [31, 13800650601405424565n],
  [32, 9101224586946620200n],
  [33, 268430802922543672n],
  [64, 1114408686233639146n],
  [100, 5409219770743635815n],
  [254, 13415130681944266735n],
  [255, 6117736739239751645n],
  [300, 13852843601332538793n],
])('a share is Prometheus’, %i bytes', (bytes, hash) => {
  const labels = Labels.from({ __name__: 'x', n: 'ä'.repeat(bytes >> 1) + 'b'.repeat(bytes % 2) });
  expect(hashedShare(labels)).toBe(Number(hash) / 2 ** 64);
});
