/** `node packages/tsdb/src/kernel/codec.bench.ts`: the block codec on the captured scrapes, in chunks as the head and as blocks cut them. */
import { readCapture } from '../testing/capture.ts';
import { nanosecondsEach, printFigure } from '../testing/figure.ts';
import { codecKernel } from './codec-kernel.ts';

const ROUNDS = 9;
/** As the head cuts and writes them, and as blocks do. */
const FORMS = [
  { size: 120, mayTokens: false },
  { size: 1024, mayTokens: false },
  { size: 1024, mayTokens: true },
];
const series = readCapture();
const samples = series.reduce((sum, { times }) => sum + times.length, 0);
const kernel = codecKernel();

interface Encoded {
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly times: Uint8Array;
  readonly values: Uint8Array;
}

for (const { size, mayTokens } of FORMS) {
  const form = `chunks of ${size}${mayTokens ? ' with tokens' : ''}`;
  const cuts = series.flatMap(({ times, values }) =>
    Array.from({ length: Math.ceil(times.length / size) }, (_, i) => ({
      times: times.subarray(i * size, (i + 1) * size),
      values: values.subarray(i * size, (i + 1) * size),
    })),
  );
  const encoded = cuts.map(({ times, values }): Encoded => {
    kernel.times.set(times);
    kernel.values.set(values);
    const count = times.length;
    const encodedTimes = kernel.encodeTimes(count) as Uint8Array;
    return {
      count,
      firstMs: times[0],
      lastMs: times[count - 1],
      times: encodedTimes.slice(),
      values: kernel.encodeValues(count, mayTokens).slice(),
    };
  });
  const bytes = (column: 'times' | 'values') => encoded.reduce((sum, each) => sum + each[column].length, 0) / samples;
  const figure = (name: string, work: () => void) =>
    printFigure(`codec: ${name}, ${form}`, nanosecondsEach(samples, ROUNDS, work), 'ns/sample', 2);
  printFigure(`codec: values, ${form}`, [bytes('values')], 'B/sample', 3);
  printFigure(`codec: times of every series, ${form}`, [bytes('times')], 'B/sample', 3);
  figure('encode values', () => {
    for (const { values } of cuts) {
      kernel.values.set(values);
      kernel.encodeValues(values.length, mayTokens);
    }
  });
  figure('encode times', () => {
    for (const { times } of cuts) {
      kernel.times.set(times);
      kernel.encodeTimes(times.length);
    }
  });
  figure('decode values', () => {
    for (const each of encoded) kernel.decodeValues(each.values, 0, each.values.length, each.count);
  });
  figure('decode times', () => {
    for (const each of encoded) kernel.decodeTimes(each.times, 0, each.times.length, each.count, each.firstMs, each.lastMs);
  });
}
