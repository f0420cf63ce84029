import { ByteReader } from '@tidemark/base';
import { expect, test } from 'vitest';
import { formatExamples, fromHex } from '../testing/format-examples.ts';
import { decodeTimes, encodeTimes } from './adaptive/times.ts';
import { decodeValues, encodeValues } from './adaptive/values.ts';
import { type Chunk, decodeChunk, encodeChunk } from './chunk.ts';
import { wordsOf } from './columns.ts';

const SAMPLE = /^-?\d+ [0-9a-f]{16}$/;
const examples = formatExamples('chunk.md').map((lines) => ({
  bytes: fromHex(
    lines
      .filter((line) => !SAMPLE.test(line))
      .map((line) => line.split('#')[0])
      .join(''),
  ),
  samples: lines.filter((line) => SAMPLE.test(line)),
}));

test('the examples of the format document are read and written as they stand there', () => {
  expect(examples.length).toBeGreaterThanOrEqual(6);
  for (const { bytes, samples } of examples) {
    const times = samples.map((sample) => Number(sample.split(' ')[0]));
    const extent = { minMs: times[0], maxMs: times[times.length - 1], count: times.length };
    const chunk: Chunk = { form: 'own times', bytes, from: 0, to: bytes.length, ...extent };
    const decoded = decodeChunk(chunk);
    expect(text(decoded.times, decoded.values, decoded.length)).toEqual(samples);
    const columns = { times: decoded.times.slice(), words: decoded.words.slice() };
    const again = encodeChunk(columns.times, 0, columns.words, 0, times.length);
    expect(Buffer.from(again.bytes.subarray(again.from, again.to))).toEqual(Buffer.from(bytes));
  }
});

test('the plain codec reads and writes them as well', () => {
  for (const { bytes, samples } of examples) {
    const ends = [samples[0], samples[samples.length - 1]].map((sample) => Number(sample.split(' ')[0]));
    const reader = new ByteReader(bytes);
    const timesBytes = reader.bytes(reader.varint());
    const valuesBytes = reader.bytes(reader.remaining);
    const times = decodeTimes(timesBytes, samples.length, ends[0], ends[1]);
    const values = decodeValues(valuesBytes, samples.length);
    expect(text(times, values, samples.length)).toEqual(samples);
    expect(Buffer.from(encodeTimes(times) ?? [])).toEqual(Buffer.from(timesBytes));
    expect(Buffer.from(encodeValues(values))).toEqual(Buffer.from(valuesBytes));
  }
});

function text(times: Float64Array, values: Float64Array, length: number): string[] {
  const words = wordsOf(values);
  const hex = (word: number) => word.toString(16).padStart(8, '0');
  return Array.from({ length }, (_, i) => `${times[i]} ${hex(words[2 * i + 1])}${hex(words[2 * i])}`);
}
