/** `node packages/tsdb/src/codec/gorilla.bench.ts`: the codec on the captured scrapes, in chunks of 120. */

import { CHUNK_SAMPLES_MAX } from '../limits.ts';
import { readCapture } from '../testing/capture.ts';
import { nanosecondsEach, printFigure } from '../testing/figure.ts';
import { type Chunk, decodeChunk, encodeChunk } from './chunk.ts';
import { wordsOf } from './columns.ts';

const ROUNDS = 9;
const columns = readCapture().map(({ times, values }) => ({ times, words: wordsOf(values) }));
const samples = columns.reduce((sum, { times }) => sum + times.length, 0);

function encodeAll(keep: (chunk: Chunk) => void): void {
  for (const { times, words } of columns) {
    for (let from = 0; from < times.length; from += CHUNK_SAMPLES_MAX) {
      keep(encodeChunk(times, from, words, from, Math.min(CHUNK_SAMPLES_MAX, times.length - from)));
    }
  }
}

function decodeAll(): void {
  for (const chunk of chunks) decodeChunk(chunk);
}

const chunks: Chunk[] = [];
encodeAll((chunk) => chunks.push({ ...chunk, bytes: chunk.bytes.slice() }));
const bytes = chunks.reduce((sum, chunk) => sum + chunk.to, 0);
printFigure('gorilla: size of captured data, 1 s', [bytes / samples], 'B/sample', 3);
printFigure(
  'gorilla: encode',
  nanosecondsEach(samples, ROUNDS, () => encodeAll(() => {})),
  'ns/sample',
);
printFigure(
  'gorilla: decode',
  nanosecondsEach(samples, ROUNDS, () => decodeAll()),
  'ns/sample',
);
