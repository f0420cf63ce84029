import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesConformance } from './conformance.ts';
import { nodeFiles } from './node-files.ts';

filesConformance("this machine's files", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-files-'));
  return { files: nodeFiles, folder, destroy: () => rm(folder, { recursive: true }) };
});
