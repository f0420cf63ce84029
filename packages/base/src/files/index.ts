export { makeFolderDurably, publishFile, TEMPORARY_SUFFIX, writeFileDurably } from './durable.ts';
export { type FileError, type Files, isFileError, isMissing, type OpenFile, type Watch } from './files.ts';
export { nodeFiles } from './node-files.ts';
