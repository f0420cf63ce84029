import { renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Kept from one start to the next, beside one older file. */
const BYTES_MAX = 16 * 1024 * 1024;

/** Where the output of `name` goes, made room for. */
export function logFileOf(dir: string, name: string): string {
  const file = join(dir, `${name}.log`);
  try {
    if (statSync(file).size > BYTES_MAX) renameSync(file, `${file}.1`);
  } catch {
    // There is none yet.
  }
  return file;
}
