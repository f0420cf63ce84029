import { CorruptionError } from '@tidemark/base';
import type { Files } from '@tidemark/base/files';
import { isBlockId } from './block-id.ts';
import { readChecksummedJson, writeChecksummedJson } from './checksummed-json.ts';

/**
 * Which blocks are live, and from where the log gives back what is not in them. One file, replaced as a whole,
 * so that a block's appearance, and the log offset that goes with it, are one step; and a copy of it. See docs/format/manifest.md.
 */
export interface Manifest {
  readonly blocks: readonly string[];
  readonly replayOffset: number;
  /** By block: from where the log gives back what is in it, as far as the log still reaches. Unknown for some. */
  readonly replayFrom: Readonly<Record<string, number>>;
  /** By block: the place where it lies, when that is not the engine's own folder. */
  readonly places: Readonly<Record<string, string>>;
  /** What may lie in a place, in part or as a whole, and is not live there: it is to be removed. */
  readonly strays: readonly Stray[];
}

export interface Stray {
  readonly block: string;
  readonly place: string;
}

export const EMPTY_MANIFEST: Manifest = { blocks: [], replayOffset: 0, replayFrom: {}, places: {}, strays: [] };

const VERSION = 1;

export function writeManifest(files: Files, path: string, { replayOffset, blocks, replayFrom, places, strays }: Manifest): Promise<void> {
  const hasPlaces = Object.keys(places).length + strays.length > 0;
  return writeChecksummedJson(files, path, VERSION, { replayOffset, blocks, replayFrom, ...(hasPlaces && { places, strays }) });
}

/** Empty when there is none yet. Rejects with `CorruptionError` when its copy is damaged as well, with `Error` when a newer version wrote it. */
export async function readManifest(files: Files, path: string, onDamage: (error: CorruptionError) => void): Promise<Manifest> {
  const parsed = await readChecksummedJson(files, path, VERSION, onDamage);
  if (parsed === null) return EMPTY_MANIFEST;
  const {
    blocks,
    replayOffset,
    replayFrom = {},
    places = {},
    strays = [],
  } = parsed as Pick<Manifest, 'blocks' | 'replayOffset'> & Partial<Manifest>;
  if (
    ![...blocks, ...Object.keys(places), ...strays.map(({ block }) => block)].every(isBlockId) ||
    ![replayOffset, ...Object.values(replayFrom)].every(Number.isSafeInteger)
  )
    throw new CorruptionError({ file: path, offset: 0, reason: 'the manifest is not what its checksum says' });
  return { blocks, replayOffset, replayFrom, places, strays };
}
