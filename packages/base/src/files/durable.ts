import { dirname } from 'node:path';
import type { Files } from './files.ts';

/** Temporary files end in this; whatever ends so on opening is a crash's leftover. */
export const TEMPORARY_SUFFIX = '.tmp';

/** The whole file or the old one, whatever happens: written beside, flushed, renamed, the folder flushed. */
export async function writeFileDurably(files: Files, path: string, bytes: Uint8Array): Promise<void> {
  const file = await files.open(path + TEMPORARY_SUFFIX, 'create');
  try {
    await file.write(bytes, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await publishFile(files, path);
}

/** Renames the flushed temporary file of `path` to `path`. */
export async function publishFile(files: Files, path: string): Promise<void> {
  await files.rename(path + TEMPORARY_SUFFIX, path);
  await files.syncFolder(dirname(path));
}
