import { CorruptionError } from '@tidemark/base';
import type { Files } from '@tidemark/base/files';
import { isBlockId } from './block-id.ts';
import { readChecksummedJson, writeChecksummedJson } from './checksummed-json.ts';

/**
 * Which blocks are live, and from where the log gives back what is not in them. One file, replaced as a whole,
 * so that a block's appearance, and the log offset that goes with it, are one step. See docs/format/manifest.md.
 */
export interface Manifest {
  readonly blocks: readonly string[];
  readonly replayOffset: number;
}

const EMPTY_MANIFEST: Manifest = { blocks: [], replayOffset: 0 };

const VERSION = 1;

export function writeManifest(files: Files, path: string, { replayOffset, blocks }: Manifest): Promise<void> {
  return writeChecksummedJson(files, path, VERSION, { replayOffset, blocks });
}

/** Empty when there is none yet. Rejects with `CorruptionError` on damage, with `Error` when a newer version wrote it. */
export async function readManifest(files: Files, path: string): Promise<Manifest> {
  const parsed = await readChecksummedJson(files, path, VERSION);
  if (parsed === null) return EMPTY_MANIFEST;
  const { blocks, replayOffset } = parsed as Manifest;
  if (!blocks.every(isBlockId) || !Number.isSafeInteger(replayOffset))
    throw new CorruptionError({ file: path, offset: 0, reason: 'the manifest is not what its checksum says' });
  return { blocks, replayOffset };
}
