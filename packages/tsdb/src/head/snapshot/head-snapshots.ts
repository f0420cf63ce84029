import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { ByteReader, ByteWriter, type Clock, CorruptionError, crc32c } from '@tidemark/base';
import { type Files, isMissing, makeFolderDurably, TEMPORARY_SUFFIX, writeFileDurably } from '@tidemark/base/files';
import type { BlockStore } from '../../block/block-store.ts';
import type { EngineLimits } from '../../limits.ts';
import type { ProducerEpoch } from '../../model/producer-epoch.ts';
import type { Pacer } from '../../pacer.ts';
import { Head } from '../head.ts';
import { readPages, readPosition, readTenants } from './load-head.ts';
import { KeptParts, PartFile } from './part-file.ts';
import { HeadCapture } from './save-head.ts';
import { readEpochs, skipEpochs } from './saved-epochs.ts';

/**
 * The head on disk, so that a restart reads little of the log: docs/format/head-snapshot.md draws the bytes.
 *
 *   DIR/head/SNAPSHOT    what stands for what, and which parts it has; replaced as a whole
 *   DIR/head/PARTS       labels, chunks, and what a reader of the log knows: each part is written once, and again when it has changed
 *
 * It only saves time: without one, or with one that is damaged, the log is read from where the blocks' manifest says; one that blocks are
 * missing for that it was taken with is no less worth, but the log is read from there too. A deletion does away with it before it has any
 * effect.
 */
export interface HeadSnapshotsOptions {
  readonly files: Files;
  /** The engine's. */
  readonly dir: string;
  readonly clock: Clock;
  readonly limits: EngineLimits;
  readonly onDamage: (error: CorruptionError) => void;
}

type LogReaches = (offset: number) => Promise<boolean>;

export class HeadSnapshots {
  readonly #options: HeadSnapshotsOptions;
  readonly #folder: string;
  readonly #parts: PartFile;
  #replayOffset: number | null = null;
  #openEpochs: readonly ProducerEpoch[] = [];
  #isThere = false;
  /** Samples have moved to blocks since. */
  #isStale = false;
  #savedCost = 0;
  #writtenBytes = 0;

  constructor(options: HeadSnapshotsOptions) {
    this.#options = options;
    this.#folder = join(options.dir, 'head');
    this.#parts = new PartFile(options.files, this.#folder);
  }

  /** Where the head that was loaded stands; null when none was. */
  get replayOffset(): number | null {
    return this.#replayOffset;
  }

  /** For who reads the log from where the head that was loaded stands. */
  get openEpochs(): readonly ProducerEpoch[] {
    return this.#openEpochs;
  }

  /** By all saves so far. */
  get writtenBytes(): number {
    return this.#writtenBytes;
  }

  /** The head that goes with the store's blocks: as it was saved, or an empty one. */
  async load(store: BlockStore, logReaches: LogReaches = async () => true): Promise<Head> {
    await unlessMissing(this.#options.files.remove(this.#path + TEMPORARY_SUFFIX));
    const head = await this.#load(store, logReaches);
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

  /**
   * Appends may go on meanwhile, and nothing else. `saveBeside` saves what is not of the head: all that came before what is being saved.
   */
  async save(head: Head, store: BlockStore, pacer: Pacer, saveBeside = async (): Promise<void> => {}): Promise<void> {
    const { files } = this.#options;
    const cost = head.replayCost;
    const capture = new HeadCapture(head, { blocksFrom: store.replayOffset, quarantine: quarantineOf(store) });
    await saveBeside();
    await makeFolderDurably(files, this.#folder);
    const parts = await this.#parts.begin();
    let index: Uint8Array;
    try {
      index = await capture.write(parts, pacer);
      await parts.finish();
    } finally {
      await parts.close();
    }
    this.#parts.publishing(parts);
    await writeFileDurably(files, this.#path, sealed(index));
    this.#parts.published(parts);
    this.#writtenBytes += parts.writtenBytes + index.length;
    this.#isThere = true;
    this.#isStale = false;
    this.#savedCost = cost;
  }

  /** From when this resolves on there is none, whatever happens. */
  async forget(): Promise<void> {
    const { files } = this.#options;
    await unlessMissing(files.remove(this.#path));
    await unlessMissing(files.syncFolder(this.#folder));
    await unlessMissing(this.#parts.remove());
    this.#isThere = false;
    this.#savedCost = 0;
  }

  async #load(store: BlockStore, logReaches: LogReaches): Promise<Head | null> {
    const { files, dir, clock, onDamage } = this.#options;
    try {
      const { version, index } = opened(this.#path, await files.read(this.#path));
      return await this.#read(new ByteReader(index), version >= 3, store, logReaches);
    } catch (error) {
      if (isMissing(error)) return null;
      if (!(error instanceof CorruptionError || error instanceof RangeError)) throw error;
      onDamage(error instanceof CorruptionError ? error : new CorruptionError({ file: this.#path, offset: 0, reason: error.message }));
      await files.rename(this.#path, join(dir, 'quarantine', `HEAD.${clock.now()}`));
      return null;
    }
  }

  /** Null when the blocks have all that it has, or others than the records that it has seen will come. Throws on damage. */
  async #read(index: ByteReader, hasHistograms: boolean, store: BlockStore, logReaches: LogReaches): Promise<Head | null> {
    const position = readPosition(index);
    if (store.replayOffset > position.heldTo || !(await logReaches(position.heldTo))) return null;
    // Blocks have been set aside since: the log gives back what these had, and memory is merged with it.
    const mustReread = store.replayOffset < position.blocksFrom || position.quarantine !== quarantineOf(store);
    const { replayFrom, heldTo } = mustReread ? { replayFrom: store.replayOffset, heldTo: store.replayOffset } : position;
    const parts = await this.#parts.open();
    try {
      const loaded = { index, parts, kept: new KeptParts(), hasHistograms };
      const head = await readTenants(loaded, this.#options.limits, replayFrom, heldTo);
      const epochs = mustReread ? skipEpochs(loaded) : await readEpochs(loaded, head);
      await readPages(loaded, head);
      if (index.remaining > 0) throw new RangeError('bytes behind the last page');
      this.#parts.published({ kept: loaded.kept, parts: parts.parts });
      this.#openEpochs = epochs;
      this.#replayOffset = Math.max(replayFrom, store.replayOffset);
      return head;
    } finally {
      await parts.close();
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

const MAGIC = 'TIDEHD0';
const VERSION = 3;
const VERSION_MIN = 2;

/** The index as its file has it. */
function sealed(index: Uint8Array): Uint8Array {
  const file = new ByteWriter(index.length + 16);
  file.bytes(Buffer.from(`${MAGIC}${VERSION}`, 'latin1'));
  file.u32(crc32(index));
  file.bytes(index);
  return file.view();
}

function opened(path: string, file: Uint8Array): { readonly version: number; readonly index: Uint8Array } {
  const reader = new ByteReader(file);
  const magic = Buffer.from(reader.bytes(MAGIC.length + 1)).toString('latin1');
  const version = magic.startsWith(MAGIC) ? Number(magic.slice(MAGIC.length)) : Number.NaN;
  if (!(version >= VERSION_MIN && version <= VERSION)) throw new RangeError(`no ${MAGIC}${VERSION_MIN} to ${VERSION}`);
  const checksum = reader.u32();
  if (crc32(reader.rest()) !== checksum) throw new CorruptionError({ file: path, offset: 0, reason: 'the index fails its checksum' });
  return { version, index: reader.rest() };
}

function quarantineOf({ quarantined }: BlockStore): number {
  const ids = quarantined.map(({ id }) => id).sort();
  return crc32c(Buffer.from(ids.join(' ')));
}
