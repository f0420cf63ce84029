import { join } from 'node:path';
import type { Files } from '@tidemark/base/files';
import type { ExemplarStore } from '../exemplars/exemplar-store.ts';
import type { MetadataStore } from '../metadata/metadata-store.ts';
import type { Pacer } from '../pacer.ts';
import type { Place } from '../place/place.ts';
import { type Tombstone, writeTombstones } from '../tombstones/tombstone.ts';
import type { Block } from './block.ts';
import { BLOCK_SUFFIX } from './format.ts';
import { EMPTY_MANIFEST, type Manifest, writeManifest } from './manifest.ts';

export interface SnapshotParts {
  readonly blocks: readonly Block[];
  readonly rollups: Manifest['rollups'];
  /** Null for the engine's own folder. */
  readonly placeOf: (block: Block) => Place | null;
  readonly tombstones: readonly Tombstone[];
  readonly metadata: MetadataStore;
  readonly exemplars: ExemplarStore;
}

/**
 * An engine's folder with these blocks, as hard links: they take no space until the engine lets go of its own. Those of another disk are
 * copied, those in an object store are named there: such a snapshot is worth what the engine has not removed from the store.
 * A snapshot knows no log: whoever opens it reads the one that it is given from its beginning.
 */
export async function writeSnapshot(files: Files, dir: string, parts: SnapshotParts, pacer: Pacer): Promise<void> {
  const { blocks, rollups, placeOf, tombstones, metadata, exemplars } = parts;
  await files.makeFolder(join(dir, 'blocks'));
  for (const block of blocks) block.hold(); // So that none is deleted before it is linked.
  try {
    const places: Record<string, string> = {};
    for (const block of blocks) {
      const { id } = block.meta;
      const place = placeOf(block);
      if (place === null) await files.link(block.path, join(dir, 'blocks', `${id}${BLOCK_SUFFIX}`));
      else if ((await place.give(id, dir)) === 'shared') places[id] = place.name;
    }
    await files.syncFolder(join(dir, 'blocks'));
    await metadata.writeTo(join(dir, 'METADATA'));
    await exemplars.writeTo(join(dir, 'EXEMPLARS'), pacer);
    const forBlocksOnly = tombstones.map((tombstone) => ({ ...tombstone, logOffset: 0 }));
    if (forBlocksOnly.length > 0) await writeTombstones(files, join(dir, 'TOMBSTONES'), forBlocksOnly);
    const extents = Object.fromEntries(blocks.map(({ meta }) => [meta.id, meta]));
    await writeManifest(files, join(dir, 'MANIFEST'), { ...EMPTY_MANIFEST, blocks: Object.keys(extents), extents, rollups, places });
  } catch (error) {
    await files.removeFolder(dir);
    throw error;
  } finally {
    for (const block of blocks) await block.release();
  }
}
