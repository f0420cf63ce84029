import { gauge, type Reading, reading, wordsByLine } from './reading.ts';
import { procSource } from './source.ts';

const ENTRIES = gauge('node_arp_entries', 'ARP entries by device', 'device');

/** /proc/net/arp: a heading, then a line for each entry with its device last. */
export function parseArp(text: string): Reading[] {
  const devices = wordsByLine(text)
    .slice(1)
    .map((words) => words[words.length - 1]);
  return [...new Set(devices)].map((device) => reading(ENTRIES, devices.filter((other) => other === device).length, device));
}

export const arpSource = procSource('arp', 'net/arp', parseArp);
