import { stat } from 'node:fs/promises';
import { createServer } from 'node:net';

/**
 * One process for each folder and `use`: gives what frees it, or null when another process has it. The lock is an
 * abstract Unix socket named by the folder's device and inode: the kernel frees it when the process ends, however it
 * ends, and no file can be left behind.
 */
export async function lockFolder(dir: string, use: string): Promise<(() => Promise<void>) | null> {
  const { dev, ino } = await stat(dir);
  const server = createServer((socket) => socket.destroy());
  const locked = await new Promise<boolean>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)));
    server.listen(`\0tidemark-${use}-${dev}-${ino}`, () => resolve(true));
  });
  if (!locked) return null;
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}
