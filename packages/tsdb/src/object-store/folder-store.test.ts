import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeFiles } from '@tidemark/base/files';
import { objectStoreConformance } from './conformance.ts';
import { FolderStore } from './folder-store.ts';

objectStoreConformance('objects in a folder', null, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-objects-'));
  return {
    store: new FolderStore(nodeFiles, dir, 'one'),
    other: new FolderStore(nodeFiles, dir, 'other'),
    destroy: () => rm(dir, { recursive: true }),
  };
});
