import { stat } from 'node:fs/promises';
import { createServer } from 'node:net';

/** A second writer on the same folder: one clear line for whoever started it. */
export class LogLockedError extends Error {
  override readonly name = 'LogLockedError';

  constructor(dir: string) {
    super(`the log in ${dir} is being written by another process: stop it, or choose another folder`);
  }
}

/**
 * One writer for each folder. The lock is an abstract Unix socket named by the folder's device and inode: the kernel
 * frees it when the process ends, however it ends, and no file can be left behind.
 */
export async function lockDir(dir: string): Promise<() => Promise<void>> {
  const { dev, ino } = await stat(dir);
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? new LogLockedError(dir) : error));
    server.listen(`\0tidemark-log-${dev}-${ino}`, resolve);
  });
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}
