import type { OpenFile } from '@tidemark/base/files';

/** What a block reads its bytes with: the disk's files, or those of a place that is far. */
export interface BlockFiles {
  open(path: string, use: 'read'): Promise<ReadableFile>;
  /** The block is not live any more, and nobody reads it. */
  remove(path: string): Promise<void>;
  /** Reading takes long: how much of it is worth asking for at the same time. Not given where it does not. */
  readonly readsAtOnce?: number;
}

export type ReadableFile = Pick<OpenFile, 'read' | 'size' | 'close'>;
