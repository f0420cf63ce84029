/**
 * What windows cost: bytes for each window and, over a tier's retention, for each series; CPU for each sample, beside that of writing the
 * samples into a block.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { BlockWriter } from '../block/block-writer.ts';
import { ColumnBuffer } from '../codec/columns.ts';
import { windowOf } from '../limits.ts';
import { compareLabels } from '../model/labels.ts';
import { Pacer } from '../pacer.ts';
import { cpuNanoseconds, printFigure } from '../testing/figure.ts';
import { longerCapture } from '../testing/longer-capture.ts';
import { LEVELS } from './levels.ts';
import { mergeWindows } from './merge-windows.ts';
import { rollSeries } from './roll-series.ts';
import { encodeWindows } from './rolled-chunk.ts';
import type { RolledColumns } from './rolled-columns.ts';
import { TIERS } from './tiers.ts';

const CHUNK_WINDOWS = 1024;
const ROUNDS = 12;
const dir = await mkdtemp(join(tmpdir(), 'tidemark-rollup-'));

type Series = ReturnType<typeof longerCapture>[number];

/** Of one series, by width: what is made from samples. */
function minutesOf({ labels, times, values }: Series): Map<number, RolledColumns> {
  const [{ widthsMs }] = LEVELS;
  const made = rollSeries({ times, values }, widthsMs, labels.name);
  return new Map(made.flatMap((windows, i) => (windows === null ? [] : [[widthsMs[i], windows]])));
}

function ladderOf(series: Series): Map<number, RolledColumns> {
  const [first, second] = LEVELS;
  const ladder = minutesOf(series);
  let windows = ladder.get(first.mainWidthMs) as RolledColumns;
  for (const widthMs of second.widthsMs) {
    windows = mergeWindows(windows, widthMs);
    ladder.set(widthMs, windows);
  }
  return ladder;
}

function sizes(name: string, days: number, stepSeconds: number, every: number): void {
  const bytes = new Map<number, number>();
  const windows = new Map<number, number>();
  let series = 0;
  for (const each of longerCapture(days, stepSeconds, every)) {
    series++;
    for (const [widthMs, columns] of ladderOf(each)) {
      let encoded = 0;
      for (let from = 0; from < columns.length; from += CHUNK_WINDOWS) {
        encoded += encodeWindows(columns, from, Math.min(columns.length, from + CHUNK_WINDOWS)).length;
      }
      bytes.set(widthMs, (bytes.get(widthMs) ?? 0) + encoded);
      windows.set(widthMs, (windows.get(widthMs) ?? 0) + columns.length);
    }
  }
  let ladder = 0;
  for (const { name: tier, widthMs, retentionMs } of TIERS) {
    const count = windows.get(widthMs) ?? 0;
    if (count === 0) continue;
    const each = (bytes.get(widthMs) ?? 0) / count;
    ladder += (each * retentionMs) / widthMs / 1000;
    printFigure(`rollup: ${name}, ${tier}`, [each], 'B/window', 2);
    printFigure(`rollup: ${name}, ${tier}, over its retention`, [(each * retentionMs) / widthMs / 1000], 'KB/series', 1);
  }
  printFigure(`rollup: ${name}, all tiers, ${series} series`, [ladder], 'KB/series', 1);
}

/** CPU nanoseconds a sample of two hours at 1 s; hours and days are made once a day. */
async function costs(): Promise<void> {
  const series = longerCapture(1 / 12, 1, 4).sort((a, b) => compareLabels(a.labels, b.labels));
  const samples = series.reduce((sum, { times }) => sum + times.length, 0);
  const windowMs = windowOf(series[0].times[0]);
  const timed = async (work: () => Promise<void> | void) => {
    const start = cpuNanoseconds();
    await work();
    return (cpuNanoseconds() - start) / samples;
  };
  const block = async (resolutionMs: number, add: (writer: BlockWriter) => Promise<void>) => {
    const writer = await BlockWriter.create({
      path: join(dir, 'block'),
      id: '018bcfe568000badcafe',
      tenant: 'default',
      windowMs,
      resolutionMs,
    });
    await add(writer);
    await writer.finish(new Pacer(systemClock));
  };
  const figures = { write: [] as number[], roll: [] as number[], store: [] as number[] };
  for (let round = 0; round <= ROUNDS; round++) {
    const write = await timed(() =>
      block(0, async (writer) => {
        for (const { labels, times, values } of series) {
          const columns = new ColumnBuffer(times.length);
          columns.merge(times, values);
          await writer.add(labels, columns);
        }
      }),
    );
    let ladders: Map<number, RolledColumns>[] = [];
    const roll = await timed(() => {
      ladders = series.map(minutesOf);
    });
    const store = await timed(async () => {
      for (const widthMs of LEVELS[0].widthsMs) {
        await block(widthMs, async (writer) => {
          for (const [i, { labels }] of series.entries()) await writer.addWindows(labels, ladders[i].get(widthMs) as RolledColumns);
        });
      }
    });
    if (round === 0) continue;
    figures.write.push(write);
    figures.roll.push(roll);
    figures.store.push(store);
  }
  printFigure('rollup: samples into a block, beside', figures.write, 'ns/sample');
  printFigure('rollup: minutes and five minutes from samples', figures.roll, 'ns/sample');
  printFigure('rollup: minutes and five minutes into blocks', figures.store, 'ns/sample');
}

await costs();
await rm(dir, { recursive: true });
