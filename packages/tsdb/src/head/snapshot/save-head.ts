import { ByteWriter, type Millis } from '@tidemark/base';
import type { Pacer } from '../../pacer.ts';
import { PAIRS_TOLD_TOGETHER } from '../../postings/in-memory.ts';
import type { ChunkPage } from '../chunk-pages.ts';
import type { Head } from '../head.ts';
import type { SealedChunks } from '../sealed-chunks.ts';
import { PLACES_TOLD_TOGETHER } from '../series-index.ts';
import type { TenantHead } from '../tenant-head.ts';
import { type PartWriter, type SavedPart, writeList, writePart } from './part-file.ts';
import { RowWriter } from './rows.ts';
import { type CapturedEpoch, captureEpochs, writeEpochs } from './saved-epochs.ts';

/** What a snapshot stands for. */
export interface SnapshotPosition {
  /** Everything in records before this, and before nothing else for sure, is in it or in blocks. */
  readonly heldTo: number;
  /** A reader of the log that has the epochs, and starts here, can read the records from `heldTo` on. */
  readonly replayFrom: number;
  /** The engine's manifest said then that what is before this is in blocks. */
  readonly blocksFrom: number;
  /** Stands for the blocks that were in quarantine. */
  readonly quarantine: number;
}

/** Series' chains of one part: their open samples are sealed for it, which takes some milliseconds. */
export const CHAINS_PER_PART = 4096;

/**
 * The head as it is now, taken down in slices while appends go on. What is sealed now stays as it is, and is told by page and address;
 * what is not, and what is sealed meanwhile, is copied to chunks of its own when its series' turn comes. So a snapshot also has some
 * samples of records behind its position: reading these again finds them there. It may have series that have come since as well.
 *
 * Nothing may be dropped or erased, and no series may leave, until it is written.
 */
export class HeadCapture {
  readonly #position: SnapshotPosition;
  readonly #tenants: readonly CapturedTenant[];
  readonly #epochs: readonly CapturedEpoch[];
  readonly #pages: readonly CapturedPage[];
  readonly #unsealed: SealedChunks;

  constructor(head: Head, { blocksFrom, quarantine }: Pick<SnapshotPosition, 'blocksFrom' | 'quarantine'>) {
    const { pages } = head.memory.chunks;
    const epochs = captureEpochs(head);
    const heldTo = head.appendedTo;
    this.#position = { heldTo, replayFrom: epochs === null ? head.oldestEpoch : heldTo, blocksFrom, quarantine };
    this.#epochs = epochs ?? [];
    this.#pages = Array.from(pages.all(), capturePage);
    this.#unsealed = head.memory.unsealedChunks();
    this.#tenants = Array.from(head.tenants(), ([name, tenant]) => captureTenant(name, tenant));
  }

  /** Returns what the index is to say. */
  async write(parts: PartWriter, pacer: Pacer): Promise<Uint8Array> {
    const { heldTo, replayFrom, blocksFrom, quarantine } = this.#position;
    const index = new ByteWriter(4096);
    for (const offset of [heldTo, replayFrom, blocksFrom]) index.varint(offset);
    index.u32(quarantine);
    index.varint(this.#tenants.length);
    const written = new Map<string, WrittenSeries>();
    for (const captured of this.#tenants) written.set(captured.name, await this.#writeTenant(index, captured, parts, pacer));
    await writeEpochs(index, this.#epochs, written, parts, pacer);
    await this.#writePages(index, parts, pacer);
    return index.finish();
  }

  async #writeTenant(index: ByteWriter, captured: CapturedTenant, parts: PartWriter, pacer: Pacer): Promise<WrittenSeries> {
    const { name, head, newestMs } = captured;
    // Pairs behind series, so that those of series that come meanwhile are among them.
    const { series, placesEnd } = await writeSeries(head, parts, pacer);
    const pairs = await writePairs(head, parts, pacer);
    const { chains, samples } = await this.#writeChains(captured, parts, pacer);
    index.string(name);
    index.f64(newestMs);
    index.varint(samples);
    for (const list of [pairs, series, chains]) writeList(index, list);
    // Behind chains, so that what all of these name is among them.
    await writeHistograms(index, head, parts, pacer);
    // At last, so that the windows of all that was copied are among them.
    const windows = head.windows.all();
    index.varint(windows.length);
    for (const { startMs, fromMs, toMs, replayFrom, openedMs, touchedMs, isOld } of windows) {
      for (const atMs of [startMs, fromMs, toMs, openedMs, touchedMs]) index.zigzag(atMs);
      index.varint(replayFrom);
      index.u8(isOld ? 1 : 0);
    }
    return { head, placesEnd };
  }

  async #writeChains(
    { head: { columns }, newestMs, newest, sealedSamples }: CapturedTenant,
    parts: PartWriter,
    pacer: Pacer,
  ): Promise<{ readonly chains: SavedPart[]; readonly samples: number }> {
    const item = new ByteWriter(8 * CHAINS_PER_PART);
    const chains: SavedPart[] = [];
    let samples = sealedSamples;
    for (let place = 0, before = 0; place < newest.length; place++) {
      await pacer.breathe();
      // Who has taken the place since has all of its samples in records that are read again, and might get another place then.
      const wasFree = newest[place] === NOBODY;
      const copied = wasFree ? NOTHING : columns.copyUnsealed(place, newest[place], this.#unsealed);
      samples += copied.samples;
      const closedMs = wasFree ? 0 : columns.closedMs(place);
      item.zigzag(copied.newest - before);
      item.varint(closedMs === 0 ? 0 : 1 + zigzagOf(closedMs - newestMs));
      before = copied.newest;
      if ((place + 1) % CHAINS_PER_PART !== 0 && place + 1 < newest.length) continue;
      chains.push(await parts.put(item.view()));
      item.reset();
      before = 0;
    }
    return { chains, samples };
  }

  async #writePages(index: ByteWriter, parts: PartWriter, pacer: Pacer): Promise<void> {
    const pages = [...this.#pages, ...Array.from(this.#unsealed.pages.all(), capturePage)];
    index.varint(pages.length);
    for (const { page, number, used, chunks, revision } of pages) {
      await pacer.breathe();
      for (const value of [number, used, chunks]) index.varint(value);
      writePart(index, await parts.save(page, 0, revision, () => page.bytes.subarray(0, 4 * used)));
    }
  }
}

/** By place: their pairs' numbers. What has come since is in it. */
async function writeSeries(
  { series }: TenantHead,
  parts: PartWriter,
  pacer: Pacer,
): Promise<{ readonly series: SavedPart[]; readonly placesEnd: number }> {
  const item = new ByteWriter(2 ** 16);
  const list: SavedPart[] = [];
  let placesEnd = 0;
  // As many parts as there are now: all are full but the last.
  for (let part = 0, count = Math.ceil(series.placesEnd / PLACES_TOLD_TOGETHER); part < count; part++) {
    await pacer.breathe();
    placesEnd = Math.min(series.placesEnd, (part + 1) * PLACES_TOLD_TOGETHER);
    const encode = () => {
      item.reset();
      const rows = new RowWriter();
      for (let place = part * PLACES_TOLD_TOGETHER; place < placesEnd; place++)
        rows.write(item, series.isTaken(place) ? series.pairsOf(place) : NO_PAIRS);
      return item.view();
    };
    list.push(await parts.save(series, part, series.revisionOf(part), encode));
  }
  return { series: list, placesEnd };
}

/** By number: a name by its number from 1 on, and itself the first time. 0 stands for a pair that nobody carries. */
async function writePairs({ series: { postings } }: TenantHead, parts: PartWriter, pacer: Pacer): Promise<SavedPart[]> {
  const item = new ByteWriter(2 ** 16);
  const list: SavedPart[] = [];
  for (let part = 0, count = Math.ceil(postings.pairsEnd / PAIRS_TOLD_TOGETHER); part < count; part++) {
    await pacer.breathe();
    const encode = () => {
      item.reset();
      const names = new Map<string, number>();
      const end = Math.min(postings.pairsEnd, (part + 1) * PAIRS_TOLD_TOGETHER);
      for (let pair = part * PAIRS_TOLD_TOGETHER; pair < end; pair++) writePair(item, names, postings.nameOf(pair), postings.valueOf(pair));
      return item.view();
    };
    list.push(await parts.save(postings, part, postings.revisionOf(part), encode));
  }
  return list;
}

async function writeHistograms(index: ByteWriter, { histograms }: TenantHead, parts: PartWriter, pacer: Pacer): Promise<void> {
  const pages = [...histograms.all()];
  index.varint(pages.length);
  for (const page of pages) {
    await pacer.breathe();
    const { number, windowMs, used } = page;
    index.varint(number);
    index.zigzag(windowMs);
    writePart(index, await parts.save(page, 0, used, () => page.bytes.subarray(0, used)));
  }
}

function writePair(item: ByteWriter, names: Map<string, number>, name: string, value: string): void {
  if (name === '') {
    item.varint(0);
    return;
  }
  const known = names.get(name);
  item.varint(known ?? names.size + 1);
  if (known === undefined) {
    names.set(name, names.size + 1);
    item.string(name);
  }
  item.string(value);
}

function zigzagOf(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

/** What a snapshot has of a tenant's series: those at places below `placesEnd`. */
export interface WrittenSeries {
  readonly head: TenantHead;
  readonly placesEnd: number;
}

/** A page as it was at one time: what is behind `used` is no part of it. */
interface CapturedPage extends Pick<ChunkPage, 'number' | 'used' | 'chunks' | 'revision'> {
  readonly page: ChunkPage;
}

function capturePage(page: ChunkPage): CapturedPage {
  const { number, used, chunks, revision } = page;
  return { page, number, used, chunks, revision };
}

interface CapturedTenant {
  readonly name: string;
  readonly head: TenantHead;
  readonly newestMs: Millis;
  /** By place; `NOBODY` where no series was. */
  readonly newest: Uint32Array;
  readonly sealedSamples: number;
}

function captureTenant(name: string, head: TenantHead): CapturedTenant {
  const { series, columns, newestMs } = head;
  const { newest, unsealedSamples } = columns.capture(series.placesEnd);
  for (let place = 0; place < newest.length; place++) if (!series.isTaken(place)) newest[place] = NOBODY;
  return { name, head, newestMs, newest, sealedSamples: head.samples - unsealedSamples };
}

const NO_PAIRS = new Uint32Array(0);
const NOBODY = 0xffffffff;
const NOTHING = { newest: 0, samples: 0 };
