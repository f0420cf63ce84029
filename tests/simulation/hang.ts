import type { Clock } from '@tidemark/base';

/** Something that should have ended long ago. */
export class HangError extends Error {
  override readonly name = 'HangError';
}

/** A simulated disk takes no time: whatever waits for so long waits for ever. */
const PATIENCE_MS = 30 * 60_000;

export async function within<T>(clock: Clock, what: string, work: Promise<T>): Promise<T> {
  const done = new AbortController();
  try {
    return await Promise.race([
      work,
      clock.sleep(PATIENCE_MS, done.signal).then(() => {
        if (done.signal.aborted) return work;
        throw new HangError(`${what} has not ended after ${PATIENCE_MS / 60_000} minutes`);
      }),
    ]);
  } finally {
    done.abort();
  }
}
