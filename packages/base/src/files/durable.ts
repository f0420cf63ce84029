import { dirname, resolve } from 'node:path';
import { type Files, isFileError } from './files.ts';

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

/**
 * The folder is there whatever happens afterwards. Every name above it is flushed each time: who made them, this process or one that
 * was killed before it came to that, cannot be told. Folders that are not ours to flush are somebody else's care.
 */
export async function makeFolderDurably(files: Files, path: string): Promise<void> {
  await files.makeFolder(path);
  for (let folder = resolve(path); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      await files.syncFolder(dirname(folder));
    } catch (error) {
      if (!isFileError(error) || !NOT_OURS.includes(error.code)) throw error;
    }
  }
}

const NOT_OURS = ['EACCES', 'EPERM', 'EROFS', 'EINVAL', 'ENOTSUP'];

/** Renames the flushed temporary file of `path` to `path`. */
export async function publishFile(files: Files, path: string): Promise<void> {
  await files.rename(path + TEMPORARY_SUFFIX, path);
  await files.syncFolder(dirname(path));
}
