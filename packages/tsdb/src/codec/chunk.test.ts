import { ByteReader } from '@tidemark/base';
import { expect, test } from 'vitest';
import { formatExamples, fromHex } from '../testing/format-examples.ts';
import { decodeTimes, encodeTimes } from './adaptive/times.ts';
import { decodeValues, encodeValues } from './adaptive/values.ts';
import { type Chunk, decodeChunk, encodeChunk } from './chunk.ts';
import { wordsOf } from './columns.ts';

const SAMPLE = /^-?\d+ [0-9a-f]{16}$/;
const examples = formatExamples('chunk.md').map((lines) => {
  const bytes = fromHex(
    lines
      .filter((line) => !SAMPLE.test(line))
      .map((line) => line.split('#')[0])
      .join(''),
  );
  const reader = new ByteReader(bytes);
  const timesBytes = reader.bytes(reader.varint());
  return { timesBytes, valuesBytes: reader.bytes(reader.remaining), samples: lines.filter((line) => SAMPLE.test(line)) };
});

test('the examples of the format document are read and written as they stand there', () => {
  expect(examples.length).toBeGreaterThanOrEqual(6);
  for (const { timesBytes, valuesBytes, samples } of examples) {
    const ends = [samples[0], samples[samples.length - 1]].map((sample) => Number(sample.split(' ')[0]));
    const extent = { minMs: ends[0], maxMs: ends[1], count: samples.length };
    const span = (bytes: Uint8Array) => ({ bytes, from: 0, to: bytes.length });
    const times = { ...extent, ...span(timesBytes), decoded: null };
    const chunk: Chunk = { form: 'shared times', ...extent, ...span(valuesBytes), times, root: null };
    const decoded = decodeChunk(chunk);
    expect(text(decoded.times, decoded.values, decoded.length)).toEqual(samples);
    const again = encodeChunk({ times: decoded.times.slice(), words: decoded.words.slice() }, 0, samples.length);
    expect(again).toMatchObject(extent);
    expect(Buffer.from(again.bytes)).toEqual(Buffer.from(valuesBytes));
    if (again.form === 'shared times') expect(Buffer.from(again.times.bytes)).toEqual(Buffer.from(timesBytes));
  }
});

test('the plain codec reads and writes them as well', () => {
  for (const { timesBytes, valuesBytes, samples } of examples) {
    const ends = [samples[0], samples[samples.length - 1]].map((sample) => Number(sample.split(' ')[0]));
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
