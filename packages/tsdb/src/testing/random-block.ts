import { type Prng, systemClock } from '@tidemark/base';
import { BlockWriter } from '../block/block-writer.ts';
import { ColumnBuffer } from '../codec/columns.ts';
import { compareLabels, Labels } from '../model/labels.ts';
import { Pacer } from '../pacer.ts';

export const RANDOM_BLOCK_WINDOW_MS = 1_699_999_200_000;

export interface RandomSeries {
  readonly labels: Labels;
  readonly columns: ColumnBuffer;
}

/** Some series of a window, in label order: counters, gauges, bits, names beyond ASCII. */
export function randomSeries(random: Prng, count: number, samplesMax = 400): RandomSeries[] {
  const series = new Map<string, RandomSeries>();
  for (let i = 0; i < count; i++) {
    const labels = Labels.from({
      __name__: random.pick(['up', 'größe_bytes', 'io']),
      host: `web-${i}`,
      zone: random.pick(['', 'a', '東京']),
    });
    const columns = new ColumnBuffer();
    let value = 0;
    const words = new Uint32Array(new Float64Array(1).buffer);
    for (
      let t = random.int(0, 30_000), left = random.int(1, samplesMax);
      left > 0 && t < 7_200_000;
      left--, t += 15_000 + random.int(-3, 4)
    ) {
      value += random.int(0, 10);
      new Float64Array(words.buffer)[0] = value;
      const dice = random.next();
      if (dice < 0.02) words.set([2, 0x7ff00000]);
      else if (dice < 0.04) words.set([random.bits(), random.bits()]);
      columns.push(RANDOM_BLOCK_WINDOW_MS + t, words[1], words[0]);
    }
    series.set(labels.key, { labels, columns });
  }
  return [...series.values()].sort((a, b) => compareLabels(a.labels, b.labels));
}

export async function writeRandomBlock(path: string, id: string, series: readonly RandomSeries[]): Promise<void> {
  const writer = await BlockWriter.create({ path, id, tenant: 'default', windowMs: RANDOM_BLOCK_WINDOW_MS, resolutionMs: 0 });
  for (const { labels, columns } of series) await writer.add(labels, columns);
  await writer.finish(new Pacer(systemClock));
}
