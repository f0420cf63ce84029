/** `node packages/tsdb/src/block/block-bytes.bench.ts`: where the bytes of the captured scrapes are in a block: its sections and pages, and its chunks by kind. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { assert, ByteReader, systemClock } from '@tidemark/base';
import { ColumnBuffer } from '../codec/columns.ts';
import { windowOf } from '../limits.ts';
import { compareLabels } from '../model/labels.ts';
import { Pacer } from '../pacer.ts';
import { readCapture } from '../testing/capture.ts';
import { Block } from './block.ts';
import { BlockWriter } from './block-writer.ts';
import { readDirectory } from './directory.ts';
import { decodeFooter, FOOTER_BYTES, MAGIC } from './format.ts';
import { IndexCache } from './index-cache.ts';

const ID = '018bcfe568000badcafe';
const dir = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
const path = join(dir, `${ID}.block`);
const series = readCapture().sort((a, b) => compareLabels(a.labels, b.labels));
const writer = await BlockWriter.create({ path, id: ID, tenant: 'default', windowMs: windowOf(series[0].times[0]), resolutionMs: 0 });
for (const { labels, times, values } of series) {
  const columns = new ColumnBuffer();
  columns.merge(times, values);
  await writer.add(labels, columns);
}
const { samples } = await writer.finish(new Pacer(systemClock));

const file = await readFile(path);
const { chunksBytes, meta, index } = decodeFooter(8, file.subarray(-FOOTER_BYTES), path, file.length);
assert(index.form === 'pages', 'the newest version has pages');
const { pagesAt, pagesBytes, directory: section } = index;
const directory = readDirectory(8, inflatedSection(file.subarray(section.at, section.at + section.bytes)), pagesAt);
const parts: Record<string, number> = {
  'the file': file.length,
  chunks: chunksBytes,
  pages: pagesBytes,
  directory: section.bytes,
  'meta and footer': meta.bytes + FOOTER_BYTES + MAGIC.length,
};
for (const name of ['labels', 'series', 'columns', 'summaries'] as const)
  parts[`pages of ${name}`] = directory[name]?.bytes.reduce((sum, bytes) => sum + bytes, 0) ?? 0;
for (const [name, bytes] of Object.entries(parts)) print(name, bytes);

interface Kind {
  chunks: number;
  bytes: number;
  samples: number;
}

const NAMES = new Map([
  [1, 'one value'],
  [3, 'bits'],
  [5, 'recalled'],
  [9, 'sums'],
  [10, 'sums'],
  [11, 'sums'],
  [0x10, 'one decimal'],
  [0x20, 'near decimals'],
  [0x30, 'decimals'],
]);
const TOKENS = ['', '', ' with tokens', ' with dense tokens'];
const kinds = new Map<string, Kind>();
const columns = new Map<object, number>();
const block = await Block.open(path, new IndexCache(1e9));
await block.read(
  [...(await block.index()).all()],
  async () => {},
  (_, chunks) => {
    for (const chunk of chunks) {
      const { bytes, from, to, count } = chunk;
      if (chunk.form === 'shared times') columns.set(chunk.times, chunk.times.to - chunk.times.from);
      const kind = bytes[from] & (bytes[from] & 0x30 ? 0x30 : 0x3f);
      const order = ` order ${bytes[from + 1] & 3}${TOKENS[(bytes[from + 1] >> 3) & 3]}`;
      const beside = bytes[from] & 0x40 ? ' beside a root' : '';
      const name = from === to ? 'zeros' : `${NAMES.get(kind)}${beside}${kind === 1 || kind === 0x10 ? '' : `,${order}`}`;
      const known = kinds.get(name) ?? { chunks: 0, bytes: 0, samples: 0 };
      kinds.set(name, { chunks: known.chunks + 1, bytes: known.bytes + to - from, samples: known.samples + count });
    }
  },
);
print(
  `${columns.size} columns of times`,
  [...columns.values()].reduce((sum, bytes) => sum + bytes, 0),
);
for (const [name, kind] of [...kinds].sort(([, a], [, b]) => b.bytes - a.bytes))
  print(name, kind.bytes, `${kind.chunks} chunks, ${(kind.bytes / kind.samples).toFixed(3)} a sample of them`);
await rm(dir, { recursive: true });

function inflatedSection(bytes: Uint8Array): Uint8Array {
  const reader = new ByteReader(bytes);
  reader.varint();
  return inflateRawSync(reader.bytes(reader.remaining));
}

function print(name: string, bytes: number, more = ''): void {
  console.log(name.padEnd(48), String(bytes).padStart(8), 'bytes', (bytes / samples).toFixed(4), 'B/sample ', more);
}
