import { crc32 } from 'node:zlib';
import { prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { Labels } from '../model/labels.ts';
import { ColumnarSeriesPage } from './columnar-series-page.ts';
import { type PlacedValues, SERIES_PER_PAGE } from './series-page.ts';
import { SeriesPageWriter } from './series-page-writer.ts';

test('a page gives back what was put into it, whatever labels and lengths series have', () => {
  const writer = new SeriesPageWriter();
  for (let seed = 1; seed <= 60; seed++) {
    const random = prng(seed);
    const count = random.int(1, SERIES_PER_PAGE + 1);
    const firstId = SERIES_PER_PAGE * random.int(0, 5);
    const section = Uint8Array.from({ length: 700_000 }, () => random.int(0, 256));
    let at = random.int(0, 1000);
    const series: { labels: Labels; placed: Omit<PlacedValues, 'checked'> }[] = [];
    for (let i = 0; i < count; i++) {
      const names = ['a', 'b', 'größe', 'd'].filter(() => random.chance(0.7));
      const labels = Labels.from(Object.fromEntries(names.map((name) => [name, `${random.pick(['x', '東', ''])}${random.int(0, 9)}`])));
      const gapAt = at;
      if (random.chance(0.1)) at += random.int(1, 500);
      const bytes = Array.from({ length: random.int(1, 4) }, () => random.int(0, random.chance(0.1) ? 5000 : 30));
      const placed = { at, column: random.int(0, 1000), rootBack: random.int(0, Math.min(firstId + i, 9) + 1), bytes };
      at += bytes.reduce((sum, each) => sum + each, 0);
      series.push({ labels, placed });
      writer.add(labels, placed, section.subarray(gapAt, placed.at), section.subarray(placed.at, at));
    }
    const page = new ColumnarSeriesPage(writer.take(), firstId, count);
    for (const [i, { labels, placed }] of series.entries()) {
      const { checked, ...found } = page.placed(firstId + i);
      expect(found, `seed ${seed}`).toEqual(placed);
      expect(page.labels(firstId + i).key).toBe(labels.key);
      expect(crc32(section.subarray(checked.at, checked.at + checked.bytes))).toBe(checked.crc);
      const end = placed.at + placed.bytes.reduce((sum, each) => sum + each, 0);
      expect(checked.at <= placed.at && checked.at + checked.bytes >= end).toBe(true);
    }
  }
});

test('bytes that are no page are refused', () => {
  const writer = new SeriesPageWriter();
  for (let i = 0; i < 20; i++) {
    const placed = { at: 10 * i, column: 0, rootBack: 0, bytes: [10] };
    writer.add(Labels.from({ a: `${i % 7}`, b: 'x' }), placed, new Uint8Array(0), new Uint8Array(10));
  }
  const page = writer.take();
  const random = prng(3);
  for (let i = 0; i < 2000; i++) {
    const damaged = page.slice(0, random.chance(0.1) ? random.int(0, page.length) : page.length);
    damaged[random.int(0, page.length)] ^= 1 << random.int(0, 8);
    try {
      const read = new ColumnarSeriesPage(damaged, 0, 20);
      for (let id = 0; id < 20; id++) {
        read.placed(id);
        read.labels(id);
      }
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
    }
  }
});
