import { BlockUnreachableError } from './block/block-unreachable.ts';
import { ObjectStoreError } from './object-store/object-store.ts';

/** What an operator's order could not be done for. Throws what is a bug. */
export function refusedFor(error: unknown, what: string): { readonly kind: 'refused'; readonly reason: string } {
  if (!isShortage(error) && !(error instanceof ObjectStoreError) && !(error instanceof BlockUnreachableError)) throw error;
  return { kind: 'refused', reason: `${what}: ${error.message}` };
}

/** A full disk, a quota, too many open files: expected, and passing. */
export function isShortage(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE'].includes(String(error.code));
}

/** Upkeep that needs a block which cannot be reached is done in another round. */
export async function unlessUnreachable(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof BlockUnreachableError)) throw error;
  }
}
