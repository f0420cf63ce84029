import type { Files } from '@tidemark/base/files';

/** A second writer on the same folder: one clear line for whoever started it. */
export class LogLockedError extends Error {
  override readonly name = 'LogLockedError';

  constructor(dir: string) {
    super(`the log in ${dir} is being written by another process: stop it, or choose another folder`);
  }
}

/** One writer for each folder. */
export async function lockDir(files: Files, dir: string): Promise<() => Promise<void>> {
  const unlock = await files.lock(dir, 'log');
  if (unlock === null) throw new LogLockedError(dir);
  return unlock;
}
