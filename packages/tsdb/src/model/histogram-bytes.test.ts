import { ByteWriter, prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { formatExamples, fromHex } from '../testing/format-examples.ts';
import { randomHistogram } from '../testing/random-histogram.ts';
import { checkHistogram, decodeHistogram, encodeHistogram } from './histogram-bytes.ts';
import { isMark, isMarkAt, MARKS_MAX, markedNumber, markHigh, markLow } from './histogram-mark.ts';
import { HISTOGRAM_BUCKETS_MAX } from './limits.ts';
import { bucketsOf, type NativeHistogram } from './native-histogram.ts';

const PLAIN: NativeHistogram = {
  schema: 3,
  bounds: [],
  zeroThreshold: 0.001,
  zeroCount: 2,
  count: 9,
  sum: 12.5,
  positive: bucketsOf([
    [-2, 1],
    [-1, 3],
    [4, 2],
  ]),
  negative: bucketsOf([[0, 1]]),
  hint: 'reset',
};

const CUSTOM: NativeHistogram = {
  schema: -53,
  bounds: [0.5, 1],
  zeroThreshold: 0,
  zeroCount: 0,
  count: 3.5,
  sum: Number.NaN,
  positive: bucketsOf([
    [0, 1.5],
    [2, 2],
  ]),
  negative: new Map(),
  hint: 'gauge',
};

test('the examples of histogram.md', () => {
  const examples = formatExamples('histogram.md').map((lines) => fromHex(lines.map((line) => line.replace(/#.*/, '')).join(' ')));
  expect(examples.map(decodeHistogram)).toEqual([PLAIN, CUSTOM]);
  expect(examples.map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual(
    [PLAIN, CUSTOM].map((histogram) => Buffer.from(encodeHistogram(histogram)).toString('hex')),
  );
});

test('any histogram comes back, and equal ones are equal bytes', () => {
  const random = prng(1);
  for (let i = 0; i < 3000; i++) {
    const histogram = randomHistogram(random);
    const bytes = encodeHistogram(histogram);
    checkHistogram(bytes);
    const decoded = decodeHistogram(bytes);
    expect(decoded).toEqual(histogram);
    expect([...decoded.positive.keys()]).toEqual([...histogram.positive.keys()]);
    expect(encodeHistogram(decoded)).toEqual(bytes);
  }
});

test('damaged bytes are damage and nothing else, and the check knows what decoding knows', () => {
  const random = prng(2);
  for (let i = 0; i < 5000; i++) {
    const good = encodeHistogram(randomHistogram(random));
    const bad = good.slice(0, random.chance(0.3) ? random.int(0, good.length) : good.length);
    for (let n = random.int(0, 4); n > 0 && bad.length > 0; n--) bad[random.int(0, bad.length)] = random.bits();
    const outcome = (read: (bytes: Uint8Array) => unknown) => {
      try {
        read(bad);
        return 'good';
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        return 'damage';
      }
    };
    expect(outcome(checkHistogram)).toBe(outcome(decodeHistogram));
  }
});

test('a histogram of more buckets than there may be is damage, however few bytes say so', () => {
  const spans = new ByteWriter();
  spans.u8(0);
  spans.u8(0);
  spans.f64(0);
  spans.varint(1);
  spans.zigzag(0);
  spans.varint(HISTOGRAM_BUCKETS_MAX + 1);
  expect(() => checkHistogram(spans.view())).toThrow('too many buckets');
});

test('a mark has its number, and is no value that is calculated with', () => {
  const random = prng(3);
  const numbers = [0, 1, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, MARKS_MAX - 1];
  for (const number of [...numbers, ...Array.from({ length: 1000 }, () => random.int(0, MARKS_MAX))]) {
    const [high, low] = [markHigh(number), markLow(number)];
    const values = new Float64Array(Uint32Array.of(low, high).buffer);
    expect(values[0]).toBeNaN();
    expect([isMark(high), isMarkAt(values, 0), markedNumber(high, low)]).toEqual([true, true, number]);
  }
  const others = Float64Array.of(0, 1, Number.NaN, -1, Number.POSITIVE_INFINITY);
  new Uint32Array(others.buffer).set([2, 0x7ff00000], 2); // A stale marker.
  expect([...others.keys()].some((i) => isMarkAt(others, i))).toBe(false);
});
