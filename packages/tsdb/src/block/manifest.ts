import { readFile } from 'node:fs/promises';
import { CorruptionError, crc32c } from '@tidemark/base';
import { isBlockId } from './block-id.ts';
import { writeFileDurably } from './durable-files.ts';

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

export async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  const body = `${JSON.stringify({ version: VERSION, replayOffset: manifest.replayOffset, blocks: manifest.blocks }, null, 1)}\n`;
  await writeFileDurably(path, Buffer.from(`${body}crc32c ${checksum(body)}\n`));
}

/** Empty when there is none yet. Rejects with `CorruptionError` on damage, with `Error` when a newer version wrote it. */
export async function readManifest(path: string): Promise<Manifest> {
  let text: string;
  try {
    text = await readFile(path, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return EMPTY_MANIFEST;
    throw error;
  }
  const damaged = (reason: string) => new CorruptionError({ file: path, offset: 0, reason });
  const body = text.slice(0, text.lastIndexOf('crc32c '));
  if (text !== `${body}crc32c ${checksum(body)}\n`) throw damaged('the manifest fails its checksum');
  const parsed = JSON.parse(body);
  if (parsed.version !== VERSION)
    throw new Error(`${path} has format version ${parsed.version}, written by a newer Tidemark: this one reads ${VERSION}`);
  const { blocks, replayOffset } = parsed as Manifest;
  if (!blocks.every(isBlockId) || !Number.isSafeInteger(replayOffset)) throw damaged('the manifest is not what its checksum says');
  return { blocks, replayOffset };
}

function checksum(body: string): string {
  return crc32c(Buffer.from(body, 'latin1')).toString(16).padStart(8, '0');
}
