import type { ObjectStoreFault } from '../object-store/object-store.ts';

/** A block cannot be read now. It is not damaged, and stays live: who needs it says what is missing. */
export class BlockUnreachableError extends Error {
  override readonly name = 'BlockUnreachableError';
  /** Of the block. */
  readonly path: string;
  readonly reason: ObjectStoreFault;

  constructor(path: string, reason: ObjectStoreFault, cause: Error) {
    super(cause.message, { cause });
    this.path = path;
    this.reason = reason;
  }
}
