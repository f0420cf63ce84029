import { expect, test } from 'vitest';
import { Labels } from './labels.ts';
import { seriesHash, seriesHashOfTexts, xxh32 } from './series-hash.ts';

const ascii = (text: string) => new TextEncoder().encode(text);

test('texts in UTF-8 hash as the labels do', () => {
  const texts = ['__name__', 'größe', 'job', '\u{1f600}'.repeat(2000), '', 'node'];
  const utf8 = texts.map((text) => new TextEncoder().encode(text));
  let end = 0;
  const ends = Uint32Array.from(utf8, (bytes) => {
    end += bytes.length;
    return end;
  });
  for (const used of [[0, 1], [0, 1, 2, 3], [2, 5], []]) {
    const labels = Labels.fromSortedPairs(used.map((text) => texts[text]));
    const hash = seriesHashOfTexts('tenant', { utf8: Buffer.concat(utf8), ends }, Uint32Array.from(used));
    expect(hash).toBe(seriesHash('tenant', labels));
  }
});

test('published XXH32 values', () => {
  expect(xxh32(ascii(''), 0)).toBe(0x02cc5d05);
  expect(xxh32(ascii('a'), 1)).toBe(0x550d7456);
  expect(xxh32(ascii('abc'), 3)).toBe(0x32d153ff);
  const long = ascii('Nobody inspects the spammish repetition');
  expect(xxh32(long, long.length)).toBe(0xe2293b2f);
});
