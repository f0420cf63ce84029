/** `node packages/tsdb/src/block/block.bench.ts`: the captured scrapes as a block: its size, writing it, and decoding all of it from memory. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { type Chunk, decodeChunk } from '../codec/chunk.ts';
import { ColumnBuffer } from '../codec/columns.ts';
import { windowOf } from '../limits.ts';
import { compareLabels } from '../model/labels.ts';
import { Pacer } from '../pacer.ts';
import { readCapture } from '../testing/capture.ts';
import { cpuNanoseconds, nanosecondsEach, printFigure } from '../testing/figure.ts';
import { Block } from './block.ts';
import { BlockWriter } from './block-writer.ts';
import { IndexCache } from './index-cache.ts';

const ROUNDS = 9;
const ID = '018bcfe568000badcafe';
const dir = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
const path = join(dir, `${ID}.block`);
const series = readCapture()
  .sort((a, b) => compareLabels(a.labels, b.labels))
  .map(({ labels, times, values }) => {
    const columns = new ColumnBuffer();
    columns.merge(times, values);
    return { labels, columns };
  });
const samples = series.reduce((sum, { columns }) => sum + columns.length, 0);

async function write(): Promise<void> {
  const writer = await BlockWriter.create({
    path,
    id: ID,
    tenant: 'default',
    windowMs: windowOf(series[0].columns.times[0]),
    resolutionMs: 0,
  });
  for (const { labels, columns } of series) await writer.add(labels, columns);
  await writer.finish(new Pacer(systemClock));
}

const writing: number[] = [];
await write();
for (let round = 0; round < ROUNDS; round++) {
  const start = cpuNanoseconds();
  await write();
  writing.push((cpuNanoseconds() - start) / samples);
}
const block = await Block.open(path, new IndexCache(1e9));
const index = await block.index();
const chunks: Chunk[] = [];
await block.read(
  [...index.all()],
  async () => {},
  (_, read) => chunks.push(...read),
);
printFigure('block: bytes, the index included', [block.bytes / samples], 'B/sample', 3);
printFigure('block: write', writing, 'ns/sample', 1);
const decode = nanosecondsEach(samples, ROUNDS, () => {
  for (const chunk of chunks) decodeChunk(chunk);
});
printFigure('block: decode', decode, 'ns/sample', 2);
await rm(dir, { recursive: true });
