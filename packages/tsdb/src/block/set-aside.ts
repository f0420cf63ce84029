import { CorruptionError } from '@tidemark/base';
import type { Block } from './block.ts';
import type { BlockStore } from './block-store.ts';

/** Work on blocks, of which one may be found damaged: then it is set aside, and the work is left as it is. */
export async function settingAside(store: BlockStore, blocks: readonly Block[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const damaged = error instanceof CorruptionError ? blocks.find((block) => block.path === error.file) : undefined;
    if (damaged === undefined) throw error;
    await store.quarantine(damaged, error as CorruptionError);
  }
}
