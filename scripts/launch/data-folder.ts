import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, realpathSync, statfsSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { LaunchRefusedError } from './refused.ts';

/** Below this a fresh PostgreSQL and a first block do not fit. */
const FREE_BYTES_MIN = 200 * 1024 * 1024;

/**
 * Makes the folder and takes it for this process alone. The claim is an abstract socket named after the
 * folder: the system gives it back when this process ends, however it ends.
 */
export async function claimDataFolder(dir: string): Promise<void> {
  try {
    makeFolder(dir);
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    const probe = join(dir, '.writable');
    writeFileSync(probe, '');
    unlinkSync(probe);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new LaunchRefusedError(`the data folder ${dir} cannot be written (${code}): choose another with --data DIR`);
  }
  const { bavail, bsize } = statfsSync(dir);
  if (bavail * bsize < FREE_BYTES_MIN) {
    const freeMiB = Math.floor((bavail * bsize) / 1024 / 1024);
    throw new LaunchRefusedError(
      `the disk of ${dir} has ${freeMiB} MiB free, Tidemark needs 200: free some, or choose another with --data DIR`,
    );
  }
  const name = createHash('sha256').update(realpathSync(dir)).digest('hex').slice(0, 32);
  const claim = createServer();
  await new Promise<void>((resolve, reject) => {
    claim.once('error', () =>
      reject(new LaunchRefusedError(`another Tidemark runs on the data folder ${dir}: stop it, or choose another with --data DIR`)),
    );
    claim.listen(`\0tidemark-${name}`, resolve);
  });
  claim.unref();
}

/** One by one: Node's own `recursive` never returns where a folder says that it is there and cannot hold another (/proc). */
function makeFolder(dir: string): void {
  if (existsSync(dir)) return;
  makeFolder(dirname(dir));
  mkdirSync(dir);
}
