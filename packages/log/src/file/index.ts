export { LogFormatError, LogGrownError } from './layout.ts';
export { LogLockedError } from './lock.ts';
export type { Retention } from './retention.ts';
export { type FileLogSourceOptions, openFileLogSource } from './source.ts';
export { type FileLogEvent, type FileLogOptions, openFileLogWriter } from './writer.ts';
