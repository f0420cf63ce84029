/**
 * What a store needs of a file system, and what it may rely on. Paths are as the system's; rejections carry its `code`
 * (`ENOENT`, `ENOSPC`, `EIO` …), so that nobody matches on message text.
 *
 *   written     others see it; a crash of the machine may take any part of it back
 *   synced      `sync` has resolved: what was written to this file before stays
 *   named       `syncFolder` has resolved: the names in the folder are as they were then
 *
 * A `sync` that rejects says nothing about what was written since the last one that resolved, and another `sync` of the same
 * file does not mend it: the system may have thrown the bytes away.
 */
export interface Files {
  /** To read and write: an empty file, whatever was there (`create`), or an existing one (`update`). */
  open(path: string, use: 'read' | 'create' | 'update'): Promise<OpenFile>;
  /** All of it. */
  read(path: string): Promise<Buffer>;
  /** The names in a folder, sorted. */
  list(folder: string): Promise<string[]>;
  /** With those above it that are missing. One that is there stays as it is. */
  makeFolder(path: string): Promise<void>;
  /** In one step, also for who looks after a crash; takes the place of what had the name. */
  rename(from: string, to: string): Promise<void>;
  /** A second name for a file. */
  link(from: string, to: string): Promise<void>;
  /** A file's name. Who has it open reads on. */
  remove(path: string): Promise<void>;
  /** With everything in it; one that is missing is gone already. */
  removeFolder(path: string): Promise<void>;
  syncFolder(path: string): Promise<void>;
  /** Calls `onChange` soon after each change of a file's bytes. Throws where the system has no watches left; `onLost` when this one ends. */
  watch(path: string, onChange: () => void, onLost: () => void): Watch;
  /** One process for each folder and `use`, until it ends or gives it back: null when another one has it. */
  lock(folder: string, use: string): Promise<(() => Promise<void>) | null>;
}

export interface OpenFile {
  /** Fills `target` from byte `at`. Returns how much there was: less than `target` holds only at the file's end. */
  read(target: Uint8Array, at: number): Promise<number>;
  /** The same at once: for some bytes that are in memory anyway. */
  readNow(target: Uint8Array, at: number): number;
  /** All of `bytes`, or it rejects, and any part of them may be there. Beyond the end it leaves zeros between. */
  write(bytes: Uint8Array, at: number): Promise<void>;
  /** The same at once: for what is small, and goes to the system's memory. */
  writeNow(bytes: Uint8Array, at: number): void;
  truncate(bytes: number): Promise<void>;
  sync(): Promise<void>;
  size(): Promise<number>;
  /** When it was written last, milliseconds since the epoch. */
  writtenAtMs(): Promise<number>;
  close(): Promise<void>;
}

export interface Watch {
  close(): void;
}

/** What every rejection of `Files` is. */
export interface FileError extends Error {
  readonly code: string;
}

export function isFileError(error: unknown): error is FileError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

/** The file or folder is not there. */
export function isMissing(error: unknown): boolean {
  return isFileError(error) && error.code === 'ENOENT';
}
