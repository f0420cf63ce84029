import { familiesByKey, type Reading, reading, untyped, wordsByLine } from './reading.ts';
import { procSource } from './source.ts';

const familyOf = familiesByKey((field) => untyped(`node_vmstat_${field}`, `/proc/vmstat information field ${field}.`));

const WANTED = /^(oom_kill|pgpg|pswp|pg.*fault)/;

export function parseVmstat(text: string): Reading[] {
  return wordsByLine(text).flatMap(([field, value]) => (WANTED.test(field) ? [reading(familyOf(field), Number(value))] : []));
}

export const vmstatSource = procSource('vmstat', 'vmstat', parseVmstat);
