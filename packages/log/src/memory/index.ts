export { MemoryLog, type MemoryLogOptions } from './memory-log.ts';
