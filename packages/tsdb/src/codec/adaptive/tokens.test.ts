import { expect, test } from 'vitest';
import { codecKernel } from '../../kernel/codec-kernel.ts';
import { formatExamples, fromHex } from '../../testing/format-examples.ts';
import { canonicalCodes, codeLengths } from './huffman.ts';
import { decodeValues, encodeValues } from './values.ts';

test('the examples of the format document are read and written as they stand there', () => {
  const kernel = codecKernel();
  for (const lines of formatExamples('tokens.md')) {
    const isBytes = (line: string) => line.includes('#');
    const bytes = fromHex(
      lines
        .filter(isBytes)
        .map((line) => line.split('#')[0])
        .join(''),
    );
    const values = Float64Array.from(lines.filter((line) => !isBytes(line)).flatMap((line) => line.split(' ').map(Number)));
    kernel.decodeValues(bytes, 0, bytes.length, values.length);
    expect([...kernel.values.subarray(0, values.length)]).toEqual([...values]);
    expect([...decodeValues(bytes, values.length)]).toEqual([...values]);
    expect(Buffer.from(kernel.encodeValues(values.length, true))).toEqual(Buffer.from(bytes));
    expect(Buffer.from(encodeValues(values, true))).toEqual(Buffer.from(bytes));
  }
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
