/**
 *   <dir>/log.json                      format version, partitions, salt, when it has grown; written last when a log is made or grows
 *   <dir>/durable                       how far each partition may be read; see durable.ts
 *   <dir>/<partition>/<offset>.seg      frames; named by the offset of the first, in 16 digits
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Millis } from '@tidemark/base';
import { type Files, isMissing, writeFileDurably } from '@tidemark/base/files';

export interface LogIdentity {
  readonly partitions: number;
  /** Random, 32 bits: where the checksums of this log's headers begin. */
  readonly salt: number;
  /** When partitions were added the last time; null when never. */
  readonly grownAtMs: Millis | null;
}

/** What is in the folder is no log, or not the one that was asked for. */
export class LogFormatError extends Error {
  override readonly name = 'LogFormatError';
}

/** Partitions were added while the log was open: it must be opened again. */
export class LogGrownError extends Error {
  override readonly name = 'LogGrownError';

  constructor(partitions: number) {
    super(`the log has more than the ${partitions} partitions that it had when it was opened: start again`);
  }
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
    const { version, partitions, salt, grownAtMs = null } = JSON.parse(text);
    const numbers = [version, partitions, salt, grownAtMs ?? 0];
    return numbers.every((value) => Number.isInteger(value) && value >= 0) ? { version, partitions, salt, grownAtMs } : null;
  } catch {
    return null;
  }
}

export async function createIdentity(files: Files, dir: string, partitions: number, salt: number): Promise<LogIdentity> {
  const identity = { partitions, salt, grownAtMs: null };
  await writeIdentity(files, dir, identity);
  return identity;
}

/** Adds partitions. Whatever was accepted before `nowMs` lies where fewer of them put it. */
export async function growIdentity(files: Files, dir: string, was: LogIdentity, partitions: number, nowMs: Millis): Promise<LogIdentity> {
  const identity = { ...was, partitions, grownAtMs: nowMs };
  await writeIdentity(files, dir, identity);
  return identity;
}

async function writeIdentity(files: Files, dir: string, { partitions, salt, grownAtMs }: LogIdentity): Promise<void> {
  for (let partition = 0; partition < partitions; partition++) await files.makeFolder(partitionDir(dir, partition));
  const text = JSON.stringify({ version: LOG_VERSION, partitions, salt, ...(grownAtMs !== null && { grownAtMs }) });
  await writeFileDurably(files, identityPath(dir), Buffer.from(`${text}\n`));
}

export function randomSalt(): number {
  return randomBytes(4).readUInt32LE();
}
