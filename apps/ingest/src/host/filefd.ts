import { gauge, type Reading, reading } from './reading.ts';
import { procSource } from './source.ts';

const ALLOCATED = gauge('node_filefd_allocated', 'File descriptor statistics: allocated.');
const MAXIMUM = gauge('node_filefd_maximum', 'File descriptor statistics: maximum.');

/** `573 0 2466165`: allocated, allocated but unused, the most that there may be. */
export function parseFileNr(text: string): Reading[] {
  const [allocated, , maximum] = text.trim().split(/\s+/);
  return maximum === undefined ? [] : [reading(ALLOCATED, Number(allocated)), reading(MAXIMUM, Number(maximum))];
}

export const filefdSource = procSource('filefd', 'sys/fs/file-nr', parseFileNr);
