import { familiesByKey, gauge, type Reading, reading, wordsByLine } from './reading.ts';
import { procSource } from './source.ts';

const familyOf = familiesByKey((field) => gauge(`node_memory_${field}`, `Memory information field ${field}.`));

/** `Active(anon):  1568 kB` is `node_memory_Active_anon_bytes`; a line without a unit is a count. */
export function parseMeminfo(text: string): Reading[] {
  return wordsByLine(text).flatMap(([label, amount, unit]) => {
    const value = Number(amount);
    if (!/.:$/.test(label) || amount === undefined || Number.isNaN(value)) return [];
    const field = label.slice(0, -1).replace(/\((.*)\)/, '_$1');
    return [unit === 'kB' ? reading(familyOf(`${field}_bytes`), value * 1024) : reading(familyOf(field), value)];
  });
}

export const meminfoSource = procSource('meminfo', 'meminfo', parseMeminfo);
