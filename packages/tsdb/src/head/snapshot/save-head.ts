import type { Millis } from '@tidemark/base';
import type { Pacer } from '../../pacer.ts';
import type { Head } from '../head.ts';
import { SealedChunks } from '../sealed-chunks.ts';
import type { TenantHead } from '../tenant-head.ts';
import type { FrameWriter } from './frames.ts';
import { type CapturedPage, capturePage, type SavedPage } from './page-file.ts';
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

/**
 * The head as it is now, taken down in slices while appends go on. What is sealed now stays as it is, and is told by page and address;
 * what is not, and what is sealed meanwhile, is copied to chunks of its own when its series' turn comes. So a snapshot also has some
 * samples of records behind its position: reading these again finds them there.
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
    this.#unsealed = new SealedChunks(pages.numbersEnd);
    this.#tenants = Array.from(head.tenants(), ([name, tenant]) => captureTenant(name, tenant));
  }

  /** The position, the tenants and the epochs. */
  async write(frames: FrameWriter, pacer: Pacer): Promise<void> {
    const { heldTo, replayFrom, blocksFrom, quarantine } = this.#position;
    const { item } = frames;
    for (const offset of [heldTo, replayFrom, blocksFrom]) item.varint(offset);
    item.u32(quarantine);
    item.varint(this.#tenants.length);
    for (const captured of this.#tenants) await this.#writeTenant(frames, captured, pacer);
    const saved = new Map(
      this.#tenants.map(({ name, head, places, newest }) => [name, { head, positions: positionsOf(places, newest.length) }]),
    );
    await writeEpochs(frames, this.#epochs, (tenant) => saved.get(tenant), pacer);
  }

  /** All pages that what has been written names. */
  get pages(): readonly CapturedPage[] {
    return [...this.#pages, ...Array.from(this.#unsealed.pages.all(), capturePage)];
  }

  async #writeTenant(frames: FrameWriter, captured: CapturedTenant, pacer: Pacer): Promise<void> {
    const { name, head, newestMs, places, newest, pairsEnd } = captured;
    const { item } = frames;
    item.string(name);
    item.f64(newestMs);
    item.varint(pairsEnd);
    item.varint(places.length);
    const names = new Map<string, number>();
    const { postings } = head.series;
    for (let pair = 0; pair < pairsEnd; pair++) {
      await pacer.breathe();
      writePair(frames, names, postings.nameOf(pair), postings.valueOf(pair));
      if (frames.itemEnds()) await frames.flush();
    }
    let samples = captured.sealedSamples;
    for (const place of places) {
      await pacer.breathe();
      const copied = head.columns.copyUnsealed(place, newest[place], this.#unsealed);
      samples += copied.samples;
      const pairs = head.series.pairsOf(place);
      item.varint(pairs.length);
      for (let i = 0; i < pairs.length; i++) item.varint(pairs[i]);
      item.varint(copied.newest);
      item.zigzag(head.columns.closedMs(place));
      if (frames.itemEnds()) await frames.flush();
    }
    item.varint(samples);
    // At last, so that the windows of all that was copied are among them.
    const windows = head.windows.all();
    item.varint(windows.length);
    for (const { startMs, fromMs, toMs, replayFrom, openedMs, touchedMs, isOld } of windows) {
      for (const atMs of [startMs, fromMs, toMs, openedMs, touchedMs]) item.zigzag(atMs);
      item.varint(replayFrom);
      item.u8(isOld ? 1 : 0);
    }
    await frames.flush();
  }
}

export async function writePages(frames: FrameWriter, pages: readonly SavedPage[], pacer: Pacer): Promise<void> {
  const { item } = frames;
  item.varint(pages.length);
  for (const { number, slot, used, chunks, checksum } of pages) {
    await pacer.breathe();
    for (const value of [number, slot, used, chunks]) item.varint(value);
    item.u32(checksum);
    if (frames.itemEnds()) await frames.flush();
  }
  await frames.flush();
}

interface CapturedTenant {
  readonly name: string;
  readonly head: TenantHead;
  readonly newestMs: Millis;
  readonly places: Uint32Array;
  /** By place. */
  readonly newest: Uint32Array;
  readonly pairsEnd: number;
  readonly sealedSamples: number;
}

function captureTenant(name: string, head: TenantHead): CapturedTenant {
  const { series, columns, newestMs } = head;
  return {
    name,
    head,
    newestMs,
    places: series.places(),
    newest: columns.newestChunks(),
    pairsEnd: series.postings.pairsEnd,
    sealedSamples: head.samples - columns.unsealedSamples(),
  };
}

/** By place: which of `places` it is, from 1 on. */
function positionsOf(places: Uint32Array, placesEnd: number): Uint32Array {
  const positions = new Uint32Array(placesEnd);
  for (let i = 0; i < places.length; i++) positions[places[i]] = i + 1;
  return positions;
}

/** A name by its number from 1 on, and itself the first time. 0 stands for a pair that nobody carries. */
function writePair({ item }: FrameWriter, names: Map<string, number>, name: string, value: string): void {
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
