import { CorruptionError } from '@tidemark/base';
import { crc32c } from '@tidemark/base/kernel';
import type { BlockFiles, ReadableFile } from './block-files.ts';
import type { Section } from './format.ts';

/** Reading a block's file: what cannot be read, or is not what its checksum says, is damage with file and offset. */

/** Opens it when something is read of it. */
export async function withFile<T>(files: BlockFiles, path: string, work: (file: ReadFile) => Promise<T>): Promise<T> {
  let opened: Promise<ReadableFile> | null = null;
  const open = () => {
    opened ??= files.open(path, 'read').catch(damageOf(path));
    return opened;
  };
  try {
    return await work({ size: async () => (await open()).size(), read: async (into, at) => (await open()).read(into, at) });
  } finally {
    const file = await (opened as Promise<ReadableFile> | null)?.catch(() => null);
    await file?.close();
  }
}

export type ReadFile = Pick<ReadableFile, 'read' | 'size'>;

export async function readSection(file: ReadFile, path: string, section: Section, name: string): Promise<Buffer> {
  const bytes = await readAt(file, path, section.at, section.bytes);
  if (crc32c(bytes) !== section.crc)
    throw new CorruptionError({ file: path, offset: section.at, reason: `the ${name} section fails its checksum` });
  return bytes;
}

export async function readAt(file: ReadFile, path: string, at: number, count: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(count);
  if (count === 0) return bytes;
  const length = await file.read(bytes, at).catch(damageOf(path, at));
  if (length < count) throw new CorruptionError({ file: path, offset: at + length, reason: 'the file ends too early' });
  return bytes;
}

/** Missing files and unreadable sectors are damage to a block; anything else (too many open files, say) is not. */
export function damageOf(file: string, offset = 0): (error: unknown) => never {
  return (error) => {
    const code = (error as NodeJS.ErrnoException).code;
    if (error instanceof RangeError) throw new CorruptionError({ file, offset, reason: error.message });
    if (code === 'ENOENT') throw new CorruptionError({ file, offset, reason: 'the file is missing' });
    if (code === 'EIO') throw new CorruptionError({ file, offset, reason: 'the disk cannot read it' });
    throw error;
  };
}

export function asDamage<T>(file: string, offset: number, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    return damageOf(file, offset)(error);
  }
}
