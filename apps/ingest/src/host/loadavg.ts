import { gauge, type Reading, reading } from './reading.ts';
import { procSource } from './source.ts';

const FAMILIES = [
  gauge('node_load1', '1m load average.'),
  gauge('node_load5', '5m load average.'),
  gauge('node_load15', '15m load average.'),
];

/** `0.20 0.18 0.12 1/80 11206` */
export function parseLoadavg(text: string): Reading[] {
  const words = text.trim().split(/\s+/);
  return words.length < 3 ? [] : FAMILIES.map((family, i) => reading(family, Number(words[i])));
}

export const loadavgSource = procSource('loadavg', 'loadavg', parseLoadavg);
