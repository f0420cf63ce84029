import { ByteReader } from '@tidemark/base';
import type { EngineLimits } from '../../limits.ts';
import { PAIRS_TOLD_TOGETHER } from '../../postings/in-memory.ts';
import { ChunkPage, PAGE_WORDS } from '../chunk-pages.ts';
import { Head } from '../head.ts';
import { HistogramPage } from '../histogram-heap.ts';
import { PLACES_TOLD_TOGETHER } from '../series-index.ts';
import type { TenantHead } from '../tenant-head.ts';
import { type KeptParts, type PartReader, READ_AT_ONCE, readList, readPart, type SavedPart } from './part-file.ts';
import { RowReader, readBelow } from './rows.ts';
import { CHAINS_PER_PART, type SnapshotPosition } from './save-head.ts';

/** A snapshot that is being read: its index, its parts, and what is kept of these for the next one. */
export interface LoadedParts {
  readonly index: ByteReader;
  readonly parts: PartReader;
  readonly kept: KeptParts;
  /** Versions before the third did not. */
  readonly hasHistograms: boolean;
}

export function readPosition(index: ByteReader): SnapshotPosition {
  return { heldTo: index.varint(), replayFrom: index.varint(), blocksFrom: index.varint(), quarantine: index.u32() };
}

/** The tenants. Throws `RangeError`, as all of this does, when it is not what was written. */
export async function readTenants(loaded: LoadedParts, limits: EngineLimits, replayFrom: number, heldTo: number): Promise<Head> {
  const head = new Head(limits, replayFrom, heldTo);
  for (let tenants = loaded.index.varint(); tenants > 0; tenants--) await readTenant(loaded, head);
  return head;
}

export async function readPages({ index, parts, kept }: LoadedParts, head: Head): Promise<void> {
  const saved = Array.from({ length: index.varint() }, () => ({
    number: index.varint(),
    used: readBelow(index, PAGE_WORDS + 1),
    chunks: index.varint(),
    part: readPart(index),
  }));
  const pages: ChunkPage[] = [];
  for (let from = 0; from < saved.length; from += READ_AT_ONCE) {
    const reads = saved.slice(from, from + READ_AT_ONCE).map(async ({ number, used, chunks, part }) => {
      if (part.bytes !== 4 * used) throw new RangeError(`${part.bytes} bytes of ${used} words`);
      const page = new ChunkPage(number);
      await parts.readInto(page.bytes, part);
      page.used = used;
      page.chunks = chunks;
      kept.set(page, 0, page.revision, part);
      return page;
    });
    pages.push(...(await Promise.all(reads)));
  }
  head.memory.chunks.pages.restore(pages);
}

async function readTenant(loaded: LoadedParts, head: Head): Promise<void> {
  const { index } = loaded;
  const tenant = head.restore(index.string(), index.f64());
  tenant.samples = index.varint();
  const [pairs, series, chains] = [readList(index), readList(index), readList(index)];
  await readPairs(loaded, tenant, pairs);
  await readSeries(loaded, tenant, series);
  await readChains(loaded, tenant, chains);
  if (loaded.hasHistograms) await readHistograms(loaded, tenant);
  tenant.windows.restore(
    Array.from({ length: index.varint() }, () => {
      const [startMs, fromMs, toMs, openedMs, touchedMs] = Array.from({ length: 5 }, () => index.zigzag());
      return { startMs, fromMs, toMs, openedMs, touchedMs, replayFrom: index.varint(), isOld: index.u8() === 1 };
    }),
  );
}

async function readPairs({ parts, kept }: LoadedParts, { series: { postings } }: TenantHead, list: readonly SavedPart[]): Promise<void> {
  let number = 0;
  for await (const bytes of parts.each(list)) {
    if (postings.pairsEnd !== number * PAIRS_TOLD_TOGETHER) throw new RangeError(`${postings.pairsEnd} pairs before part ${number}`);
    postings.restorePairs(pairsOf(new ByteReader(bytes)));
    kept.set(postings, number, postings.revisionOf(number), list[number]);
    number++;
  }
}

function* pairsOf(item: ByteReader): Generator<[name: string, value: string]> {
  const names = [''];
  while (item.remaining > 0) {
    const name = readBelow(item, names.length + 1);
    if (name === names.length) names.push(item.string());
    yield [names[name], name === 0 ? '' : item.string()];
  }
}

async function readSeries({ parts, kept }: LoadedParts, tenant: TenantHead, list: readonly SavedPart[]): Promise<void> {
  const { series, columns } = tenant;
  const { pairsEnd } = series.postings;
  series.reserve(list.length * PLACES_TOLD_TOGETHER);
  let number = 0;
  for await (const bytes of parts.each(list)) {
    if (series.placesEnd !== number * PLACES_TOLD_TOGETHER) throw new RangeError(`${series.placesEnd} places before part ${number}`);
    const item = new ByteReader(bytes);
    const rows = new RowReader();
    while (item.remaining > 0) {
      const size = rows.read(item, pairsEnd);
      series.restore(rows.row.subarray(0, size));
    }
    kept.set(series, number, series.revisionOf(number), list[number]);
    number++;
  }
  for (let place = 0; place < series.placesEnd; place++) if (series.isTaken(place)) columns.enter(place);
}

async function readChains({ parts }: LoadedParts, tenant: TenantHead, list: readonly SavedPart[]): Promise<void> {
  const { series, columns, newestMs } = tenant;
  let number = 0;
  for await (const bytes of parts.each(list)) {
    const item = new ByteReader(bytes);
    let newest = 0;
    for (let place = number++ * CHAINS_PER_PART; item.remaining > 0; place++) {
      newest += item.zigzag();
      const closed = item.varint();
      if (place >= series.placesEnd) throw new RangeError(`a chain of place ${place}, of ${series.placesEnd}`);
      if (newest !== 0 && !series.isTaken(place)) throw new RangeError(`a chain of place ${place}, where nobody is`);
      columns.restore(place, newest, closed === 0 ? 0 : newestMs + unzigzag(closed - 1));
    }
  }
}

async function readHistograms({ index, parts, kept }: LoadedParts, { histograms }: TenantHead): Promise<void> {
  for (let pages = index.varint(); pages > 0; pages--) {
    const page = new HistogramPage(index.varint(), index.zigzag());
    const part = readPart(index);
    if (part.bytes > page.bytes.length) throw new RangeError(`${part.bytes} bytes of a page`);
    await parts.readInto(page.bytes, part);
    page.used = part.bytes;
    histograms.restore(page);
    kept.set(page, 0, page.used, part);
  }
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
