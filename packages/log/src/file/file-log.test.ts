import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { logConformance } from '../conformance.ts';
import { openFileLogSource } from './source.ts';
import { openFileLogWriter } from './writer.ts';

logConformance('file log', async (settings) => {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-log-'));
  return {
    writer: () => openFileLogWriter({ dir, ...settings, segments: { segmentBytesMax: 64 * 1024 * 1024, segmentMsMax: 3_600_000 } }),
    source: () => openFileLogSource({ dir, clock: systemClock }),
    destroy: () => rm(dir, { recursive: true }),
  };
});
