import { prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { codecKernel } from '../../kernel/codec-kernel.ts';
import { formatExamples, fromHex } from '../../testing/format-examples.ts';
import { canonicalCodes, codeLengths } from './huffman.ts';
import { decodeValues, encodeValues } from './values.ts';

/** The example whose codes are listed. */
const LISTED = 3;

test('the examples of the format document are read and written as they stand there', () => {
  const kernel = codecKernel();
  for (const [i, lines] of formatExamples('tokens.md').entries()) {
    const bytes = bytesOf(lines);
    const values = Float64Array.from(lines.filter((line) => !line.includes('#')).flatMap((line) => line.split(' ').map(Number)));
    kernel.decodeValues(bytes, 0, bytes.length, values.length);
    expect([...kernel.values.subarray(0, values.length)]).toEqual([...values]);
    expect([...decodeValues(bytes, values.length)]).toEqual([...values]);
    if (i === LISTED) continue; // Only read: it is of an older version.
    expect(Buffer.from(kernel.encodeValues(values.length, true))).toEqual(Buffer.from(bytes));
    expect(Buffer.from(encodeValues(values, true))).toEqual(Buffer.from(bytes));
  }
});

test('damaged listed codes are refused with a RangeError, or read as other values', () => {
  const whole = bytesOf(formatExamples('tokens.md')[LISTED]);
  let refused = 0;
  for (let seed = 1; seed <= 500; seed++) {
    const random = prng(seed);
    const bytes = whole.slice();
    for (let flips = random.int(1, 4); flips > 0; flips--) bytes[random.int(0, bytes.length)] ^= 1 << random.int(0, 8);
    for (const read of [() => decodeValues(bytes, 64), () => codecKernel().decodeValues(bytes, 0, bytes.length, 64)]) {
      try {
        read();
      } catch (error) {
        expect(error, `seed ${seed}`).toBeInstanceOf(RangeError);
        refused++;
      }
    }
  }
  expect(refused).toBeGreaterThan(300);
});

test('codes stay within 11 bits and are complete, however steep the counts are', () => {
  const fibonacci = [1, 1];
  while (fibonacci.length < 40) fibonacci.push(fibonacci[fibonacci.length - 1] + fibonacci[fibonacci.length - 2]);
  for (const counts of [fibonacci, [5], [1, 1], new Array(512).fill(1), fibonacci.slice(0, 13)]) {
    const lengths = codeLengths(new Map(counts.map((count, symbol) => [symbol, count])));
    expect(Math.max(...lengths.map(({ length }) => length))).toBeLessThanOrEqual(11);
    expect(canonicalCodes(lengths)).not.toBeNull();
  }
});

function bytesOf(lines: readonly string[]): Uint8Array {
  const hex = lines.filter((line) => line.includes('#')).map((line) => line.split('#')[0]);
  return fromHex(hex.join(''));
}
