/** `node packages/tsdb/src/codec/gorilla.bench.ts`: the reference codec on the captured scrapes, in chunks of 120. */
import { readCapture } from '../testing/capture.ts';
import { nanosecondsEach, printFigure } from '../testing/figure.ts';
import { ColumnBuffer, wordsOf } from './columns.ts';
import { decodeGorilla, GorillaEncoder } from './gorilla.ts';

const ROUNDS = 9;
const CHUNK_SAMPLES = 120;
const columns = readCapture().map(({ times, values }) => ({ times, words: wordsOf(values) }));
const samples = columns.reduce((sum, { times }) => sum + times.length, 0);
const encoder = new GorillaEncoder();
const decoded = new ColumnBuffer(CHUNK_SAMPLES);

function encodeAll(keep: (chunk: Uint8Array) => void): void {
  for (const { times, words } of columns) {
    for (let from = 0; from < times.length; from += CHUNK_SAMPLES) {
      encoder.reset();
      const to = Math.min(from + CHUNK_SAMPLES, times.length);
      for (let i = from; i < to; i++) encoder.append(times[i], words[2 * i + 1], words[2 * i]);
      keep(encoder.finish());
    }
  }
}

function decodeAll(): void {
  for (const chunk of chunks) {
    decoded.clear();
    decodeGorilla(decoded, chunk);
  }
}

const chunks: Uint8Array[] = [];
encodeAll((chunk) => chunks.push(chunk.slice()));
const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
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
