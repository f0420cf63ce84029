import { join } from 'node:path';
import { type Clock, CorruptionError, crc32c } from '@tidemark/base';
import { type Files, isMissing, makeFolderDurably, publishFile, TEMPORARY_SUFFIX } from '@tidemark/base/files';
import type { BlockStore } from '../../block/block-store.ts';
import type { EngineLimits } from '../../limits.ts';
import type { ProducerEpoch } from '../../model/producer-epoch.ts';
import type { Pacer } from '../../pacer.ts';
import { Head } from '../head.ts';
import { FrameReader, FrameWriter } from './frames.ts';
import { readHead, readPages, readPosition } from './load-head.ts';
import { PageFile } from './page-file.ts';
import { HeadCapture, type SnapshotPosition, writePages } from './save-head.ts';
import { readEpochs } from './saved-epochs.ts';

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
  #replayOffset: number | null = null;
  #openEpochs: readonly ProducerEpoch[] = [];
  #isThere = false;
  /** Samples have moved to blocks since. */
  #isStale = false;
  #savedCost = 0;

  constructor(options: HeadSnapshotsOptions) {
    this.#options = options;
    this.#folder = join(options.dir, 'head');
    this.#pages = new PageFile(options.files, this.#folder);
  }

  /** Where the head that was loaded stands; null when none was. */
  get replayOffset(): number | null {
    return this.#replayOffset;
  }

  /** For who reads the log from where the head that was loaded stands. */
  get openEpochs(): readonly ProducerEpoch[] {
    return this.#openEpochs;
  }

  /** The head that goes with the store's blocks: as it was saved, or an empty one. */
  async load(store: BlockStore, logEnd = Number.POSITIVE_INFINITY): Promise<Head> {
    await unlessMissing(this.#options.files.remove(this.#path + TEMPORARY_SUFFIX));
    const head = await this.#load(store, logEnd);
    if (head === null) await this.forget();
    this.#isThere = head !== null;
    return head ?? new Head(this.#options.limits, store.replayOffset);
  }

  /** Blocks have been written from the head. */
  becomesStale(): void {
    this.#isStale = true;
  }

  isDue(head: Head, store: BlockStore): boolean {
    // What a damaged block held is read again at the next start: a snapshot without it would keep the reader from it.
    if (store.mustReread) return false;
    return (this.#isThere && this.#isStale) || head.replayCost - this.#savedCost >= this.#options.limits.unsavedSamplesMax;
  }

  /** Appends may go on meanwhile, and nothing else. */
  async save(head: Head, store: BlockStore, pacer: Pacer): Promise<void> {
    const { files } = this.#options;
    const cost = head.replayCost;
    const capture = new HeadCapture(head, { blocksFrom: store.replayOffset, quarantine: quarantineOf(store) });
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

  async #load(store: BlockStore, logEnd: number): Promise<Head | null> {
    const { files, limits, onDamage, dir, clock } = this.#options;
    try {
      const frames = new FrameReader(this.#path, await files.read(this.#path), MAGIC);
      const position = frames.checked(() => readPosition(frames));
      if (!goesWith(position, store, logEnd)) return null;
      const head = frames.checked(() => readHead(frames, limits, position));
      const epochs = frames.checked(() => readEpochs(frames, head));
      const pages = frames.checked(() => readPages(frames));
      frames.end();
      head.memory.chunks.pages.restore(await this.#pages.read(pages));
      this.#openEpochs = epochs;
      this.#replayOffset = Math.max(position.replayFrom, store.replayOffset);
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
 * from before the snapshot. When the manifest is ahead of the snapshot, all that this one has is in blocks. Behind the log's end others
 * than the records that it has seen will come.
 */
function goesWith({ blocksFrom, heldTo, quarantine }: SnapshotPosition, store: BlockStore, logEnd: number): boolean {
  const { replayOffset } = store;
  return blocksFrom <= replayOffset && replayOffset <= heldTo && heldTo <= logEnd && quarantine === quarantineOf(store);
}

function quarantineOf({ quarantined }: BlockStore): number {
  const ids = quarantined.map(({ id }) => id).sort();
  return crc32c(Buffer.from(ids.join(' ')));
}
