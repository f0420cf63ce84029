import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Temporary files end in this; whatever ends so on opening is a crash's leftover. */
export const TEMPORARY_SUFFIX = '.tmp';

/** The whole file or the old one, whatever happens: written beside, flushed, renamed, the folder flushed. */
export async function writeFileDurably(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path + TEMPORARY_SUFFIX, 'w');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await publishFile(path);
}

/** Renames the flushed temporary file of `path` to `path`. */
export async function publishFile(path: string): Promise<void> {
  await rename(path + TEMPORARY_SUFFIX, path);
  await syncFolder(dirname(path));
}

export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
