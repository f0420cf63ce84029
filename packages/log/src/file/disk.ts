import { open, unlink } from 'node:fs/promises';

/** The disk as the writer needs it: a parameter, so that tests can make it fail. */
export interface Disk {
  /** An empty file, whatever was there. */
  create(path: string): Promise<SegmentFile>;
  /** An existing file, to go on with. */
  reopen(path: string): Promise<SegmentFile>;
  remove(path: string): Promise<void>;
}

export interface SegmentFile {
  write(bytes: Uint8Array, at: number): Promise<void>;
  truncate(bytes: number): Promise<void>;
  /** Returns when everything written is on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export const nodeDisk: Disk = {
  create: (path) => openSegment(path, 'w'),
  reopen: (path) => openSegment(path, 'r+'),
  remove: (path) => unlink(path),
};

async function openSegment(path: string, flags: string): Promise<SegmentFile> {
  const handle = await open(path, flags);
  return {
    write: async (bytes, at) => {
      let written = 0;
      while (written < bytes.length) written += (await handle.write(bytes, written, bytes.length - written, at + written)).bytesWritten;
    },
    truncate: (bytes) => handle.truncate(bytes),
    sync: () => handle.datasync(),
    close: () => handle.close(),
  };
}
