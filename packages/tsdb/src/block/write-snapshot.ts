import { join } from 'node:path';
import type { Files } from '@tidemark/base/files';
import type { MetadataStore } from '../metadata/metadata-store.ts';
import { type Tombstone, writeTombstones } from '../tombstones/tombstone.ts';
import type { Block } from './block.ts';
import { BLOCK_SUFFIX } from './format.ts';
import { writeManifest } from './manifest.ts';

export interface SnapshotParts {
  readonly blocks: readonly Block[];
  readonly tombstones: readonly Tombstone[];
  readonly metadata: MetadataStore;
}

/**
 * An engine's folder with these blocks, as hard links: they take no space until the engine lets go of its own.
 * A snapshot knows no log: whoever opens it reads the one that it is given from its beginning.
 */
export async function writeSnapshot(files: Files, dir: string, { blocks, tombstones, metadata }: SnapshotParts): Promise<void> {
  await files.makeFolder(join(dir, 'blocks'));
  for (const block of blocks) block.hold(); // So that none is deleted before it is linked.
  try {
    for (const block of blocks) await files.link(block.path, join(dir, 'blocks', `${block.meta.id}${BLOCK_SUFFIX}`));
    await files.syncFolder(join(dir, 'blocks'));
    await metadata.writeTo(join(dir, 'METADATA'));
    const forBlocksOnly = tombstones.map((tombstone) => ({ ...tombstone, logOffset: 0 }));
    if (forBlocksOnly.length > 0) await writeTombstones(files, join(dir, 'TOMBSTONES'), forBlocksOnly);
    await writeManifest(files, join(dir, 'MANIFEST'), { blocks: blocks.map(({ meta }) => meta.id), replayOffset: 0, replayFrom: {} });
  } catch (error) {
    await files.removeFolder(dir);
    throw error;
  } finally {
    for (const block of blocks) await block.release();
  }
}
