import { logConformance } from '../conformance.ts';
import { MemoryLog } from './memory-log.ts';

logConformance('memory log', async (settings) => {
  const log = new MemoryLog(settings);
  return { writer: async () => log.writer(), source: async () => log.source(), destroy: async () => undefined };
});
