import { join } from 'node:path';
import { type Clock, CorruptionError, crc32c } from '@tidemark/base';
import { type Files, isMissing, makeFolderDurably, publishFile, TEMPORARY_SUFFIX } from '@tidemark/base/files';
import type { BlockStore } from '../../block/block-store.ts';
import type { EngineLimits } from '../../limits.ts';
import type { Pacer } from '../../pacer.ts';
import { Head } from '../head.ts';
import { FrameReader, FrameWriter } from './frames.ts';
import { readHead, readPages, readPosition } from './load-head.ts';
import { PageFile } from './page-file.ts';
import { HeadCapture, type SnapshotPosition, writePages } from './save-head.ts';

/**
 * The head on disk, so that a restart reads little of the log: docs/format/head-snapshot.md draws the bytes.
 *
 *   DIR/head/SNAPSHOT    series, and where their chunks are; replaced as a whole
 *   DIR/head/PAGES       the chunks
 *
 * It only saves time: without one, or with one that is damaged or no longer goes with the blocks, the log is read from where the blocks'
 * manifest says. A deletion does away with it before it has any effect.
 */
export interface HeadSnapshotsOptions {
  readonly files: Files;
  /** The engine's. */
  readonly dir: string;
  readonly clock: Clock;
  readonly limits: EngineLimits;
  readonly onDamage: (error: CorruptionError) => void;
}

export class HeadSnapshots {
  readonly #options: HeadSnapshotsOptions;
  readonly #folder: string;
  readonly #pages: PageFile;
  #isThere = false;
  /** Samples have moved to blocks since. */
  #isStale = false;
  #savedCost = 0;

  constructor(options: HeadSnapshotsOptions) {
    this.#options = options;
    this.#folder = join(options.dir, 'head');
    this.#pages = new PageFile(options.files, this.#folder);
  }

  /** The head that goes with the store's blocks: as it was saved, or an empty one. */
  async load(store: BlockStore): Promise<Head> {
    const head = await this.#load(store);
    if (head === null) await this.forget();
    this.#isThere = head !== null;
    return head ?? new Head(this.#options.limits, store.replayOffset);
  }

  /** Blocks have been written from the head. */
  becomesStale(): void {
    this.#isStale = true;
  }

  isDue(head: Head, store: BlockStore): boolean {
    // Before it is read again, what a damaged block held is in no snapshot; what is still being read is in the last one.
    if (store.mustReread || head.appendedTo < head.heldTo) return false;
    return (this.#isThere && this.#isStale) || head.replayCost - this.#savedCost >= this.#options.limits.unsavedSamplesMax;
  }

  /** Appends may go on meanwhile, and nothing else. */
  async save(head: Head, store: BlockStore, pacer: Pacer): Promise<void> {
    const { files } = this.#options;
    const cost = head.replayCost;
    const capture = new HeadCapture(head, {
      heldTo: head.appendedTo,
      replayFrom: head.oldestEpoch,
      blocksFrom: store.replayOffset,
      quarantine: quarantineOf(store),
    });
    await makeFolderDurably(files, this.#folder);
    const temporary = this.#path + TEMPORARY_SUFFIX;
    const file = await files.open(temporary, 'create');
    let publishPages: () => void;
    try {
      const frames = new FrameWriter(file);
      await frames.begin(MAGIC);
      await capture.write(frames, pacer);
      const { saved, published } = await this.#pages.write(capture.pages, pacer);
      publishPages = published;
      await writePages(frames, saved, pacer);
      await file.sync();
      await file.close();
    } catch (error) {
      await file.close().catch(() => {});
      await files.remove(temporary).catch(() => {}); // The next one takes its place anyway.
      throw error;
    }
    await publishFile(files, this.#path);
    publishPages();
    this.#isThere = true;
    this.#isStale = false;
    this.#savedCost = cost;
  }

  /** From when this resolves on there is none, whatever happens. */
  async forget(): Promise<void> {
    const { files } = this.#options;
    await unlessMissing(files.remove(this.#path));
    await unlessMissing(files.syncFolder(this.#folder));
    await unlessMissing(this.#pages.remove());
    this.#isThere = false;
    this.#savedCost = 0;
  }

  async #load(store: BlockStore): Promise<Head | null> {
    const { files, limits, onDamage, dir, clock } = this.#options;
    try {
      const frames = new FrameReader(this.#path, await files.read(this.#path), MAGIC);
      const position = frames.checked(() => readPosition(frames));
      if (!goesWith(position, store)) return null;
      const head = frames.checked(() => readHead(frames, limits, position));
      const pages = frames.checked(() => readPages(frames));
      frames.end();
      head.memory.chunks.pages.restore(await this.#pages.read(pages));
      return head;
    } catch (error) {
      if (isMissing(error)) return null;
      if (!(error instanceof CorruptionError)) throw error;
      onDamage(error);
      await files.rename(this.#path, join(dir, 'quarantine', `HEAD.${clock.now()}`));
      return null;
    }
  }

  get #path(): string {
    return join(this.#folder, 'SNAPSHOT');
  }
}

async function unlessMissing(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

const MAGIC = 'TIDEHD01';

/**
 * The blocks' manifest must not reach back further than it did, nor blocks have been set aside since: then the log is to be read again
 * from before the snapshot. When the manifest is ahead of the snapshot, all that this one has is in blocks.
 */
function goesWith({ blocksFrom, heldTo, quarantine }: SnapshotPosition, store: BlockStore): boolean {
  return blocksFrom <= store.replayOffset && store.replayOffset <= heldTo && quarantine === quarantineOf(store);
}

function quarantineOf({ quarantined }: BlockStore): number {
  const ids = quarantined.map(({ id }) => id).sort();
  return crc32c(Buffer.from(ids.join(' ')));
}
