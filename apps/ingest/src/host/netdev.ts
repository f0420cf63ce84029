import { counter, familiesByKey, type Reading, reading } from './reading.ts';
import { procSource } from './source.ts';

const familyOf = familiesByKey((field) => counter(`node_network_${field}_total`, `Network device statistic ${field}.`, 'device'));

/** /proc/net/dev: the second line names the columns, receive before transmit. */
export function parseNetdev(text: string): Reading[] {
  const [, header = '', ...lines] = text.split('\n');
  const [, receive = '', transmit = ''] = header.split('|');
  const names = (columns: string, direction: string) =>
    columns
      .trim()
      .split(/\s+/)
      .map((column) => `${direction}_${column}`);
  const fields = [...names(receive, 'receive'), ...names(transmit, 'transmit')];
  return lines.flatMap((line) => {
    const colon = line.lastIndexOf(':'); // An alias like eth0:1 has one of its own.
    if (colon < 0) return [];
    const device = line.slice(0, colon).trim();
    const columns = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/);
    return columns.length === fields.length ? fields.map((field, i) => reading(familyOf(field), Number(columns[i]), device)) : [];
  });
}

export const netdevSource = procSource('netdev', 'net/dev', parseNetdev);
