/**
 *   <dir>/log.json                      format version, partitions, salt; written once, last of all when a log is made
 *   <dir>/durable                       how far each partition may be read; see durable.ts
 *   <dir>/<partition>/<offset>.seg      frames; named by the offset of the first, in 16 digits
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Files, isMissing, writeFileDurably } from '@tidemark/base/files';

export interface LogIdentity {
  readonly partitions: number;
  /** Random, 32 bits: where the checksums of this log's headers begin. */
  readonly salt: number;
}

/** What is in the folder is no log, or not the one that was asked for. */
export class LogFormatError extends Error {
  override readonly name = 'LogFormatError';
}

const LOG_VERSION = 1;

export function identityPath(dir: string): string {
  return join(dir, 'log.json');
}

export function durablePath(dir: string): string {
  return join(dir, 'durable');
}

export function partitionDir(dir: string, partition: number): string {
  return join(dir, String(partition));
}

export function segmentPath(dir: string, partition: number, first: number): string {
  return join(partitionDir(dir, partition), `${String(first).padStart(16, '0')}.seg`);
}

/** The first offsets of a partition's segments, rising. */
export async function listSegments(files: Files, dir: string, partition: number): Promise<number[]> {
  const names = await files.list(partitionDir(dir, partition));
  return names
    .filter((name) => /^\d{16}\.seg$/.test(name))
    .map((name) => Number(name.slice(0, 16)))
    .sort((a, b) => a - b);
}

/** Null when there is no log yet. */
export async function readIdentity(files: Files, dir: string): Promise<LogIdentity | null> {
  let text: string;
  try {
    text = String(await files.read(identityPath(dir)));
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  const found = parseIdentity(text);
  if (found === null)
    throw new LogFormatError(`${identityPath(dir)} is damaged: restore it from a copy, or move the folder away to begin a new log`);
  if (found.version !== LOG_VERSION)
    throw new LogFormatError(`${identityPath(dir)} has format ${found.version}, this program reads ${LOG_VERSION}`);
  return found;
}

function parseIdentity(text: string): (LogIdentity & { readonly version: number }) | null {
  try {
    const { version, partitions, salt } = JSON.parse(text);
    return [version, partitions, salt].every((value) => Number.isInteger(value) && value >= 0) ? { version, partitions, salt } : null;
  } catch {
    return null;
  }
}

export async function createIdentity(files: Files, dir: string, partitions: number, salt: number): Promise<LogIdentity> {
  for (let partition = 0; partition < partitions; partition++) await files.makeFolder(partitionDir(dir, partition));
  await writeFileDurably(files, identityPath(dir), Buffer.from(`${JSON.stringify({ version: LOG_VERSION, partitions, salt })}\n`));
  return { partitions, salt };
}

export function randomSalt(): number {
  return randomBytes(4).readUInt32LE();
}
