import { dirname, join } from 'node:path';
import { CorruptionError } from '@tidemark/base';
import type { Files } from '@tidemark/base/files';
import { ObjectStoreError } from '../object-store/object-store.ts';
import { type Place, PlaceMissingError } from '../place/place.ts';
import { setChecksummedJsonAside } from './checksummed-json.ts';
import { BLOCK_SUFFIX } from './format.ts';
import { EMPTY_MANIFEST, type Manifest, readManifest, writeManifest } from './manifest.ts';

export interface ManifestSearch {
  readonly files: Files;
  /** The manifest's. */
  readonly path: string;
  readonly places: readonly Place[];
  /** Where there is none yet, the blocks that lie in the places are taken over. */
  readonly takesOver: boolean;
  /** Where one goes that cannot be read. */
  readonly asidePath: () => string;
  readonly onDamage: (error: CorruptionError) => void;
}

/** The engine's manifest; where it is lost, one that is made from the blocks that are there. Then the log is read from its beginning. */
export async function findManifest(search: ManifestSearch): Promise<Manifest> {
  const { files, path, takesOver, asidePath, onDamage } = search;
  try {
    const manifest = await readManifest(files, path, onDamage);
    return manifest === EMPTY_MANIFEST && takesOver ? await takeOver(search) : manifest;
  } catch (error) {
    if (!(error instanceof CorruptionError)) throw error;
    // And its copy. Every whole block counts: samples that come twice are merged into one.
    onDamage(error);
    await setChecksummedJsonAside(files, path, asidePath());
    return await makeFromBlocks(search);
  }
}

async function makeFromBlocks({ files, path, places }: ManifestSearch): Promise<Manifest> {
  const names = await files.list(join(dirname(path), 'blocks'));
  const blocks = names.filter((name) => name.endsWith(BLOCK_SUFFIX)).map((name) => name.slice(0, -BLOCK_SUFFIX.length));
  const placed = new Map<string, string>();
  for (const place of places) for (const id of await place.known()) placed.set(id, place.name);
  // What is here as well was on its way.
  const strays = blocks.flatMap((block) => {
    const place = placed.get(block);
    return placed.delete(block) && place !== undefined ? [{ block, place }] : [];
  });
  const manifest = { ...EMPTY_MANIFEST, blocks: [...blocks, ...placed.keys()], places: Object.fromEntries(placed), strays };
  await writeManifest(files, path, manifest);
  return manifest;
}

/** Of a block that was on its way from one place to another the farther one has all. */
async function takeOver({ files, path, places }: ManifestSearch): Promise<Manifest> {
  const placed = new Map<string, string>();
  const strays: { readonly block: string; readonly place: string }[] = [];
  for (const place of places) {
    for (const block of await foundIn(place)) {
      const nearer = placed.get(block);
      if (nearer !== undefined) strays.push({ block, place: nearer });
      placed.set(block, place.name);
    }
  }
  if (placed.size === 0) return EMPTY_MANIFEST;
  const manifest = { ...EMPTY_MANIFEST, blocks: [...placed.keys()].sort(), places: Object.fromEntries(placed), strays };
  await writeManifest(files, path, manifest);
  return manifest;
}

async function foundIn(place: Place): Promise<readonly string[]> {
  try {
    return await place.found();
  } catch (error) {
    if (!(error instanceof ObjectStoreError)) throw error;
    throw new PlaceMissingError(
      `the blocks in place ${place.name} are to be taken over, and it cannot say which these are: ${error.message}`,
    );
  }
}
