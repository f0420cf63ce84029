import { gauge, type Reading, reading, wordsByLine } from './reading.ts';
import type { HostSource } from './source.ts';

const ENTRIES = gauge('node_nf_conntrack_entries', 'Number of currently allocated flow entries for connection tracking.');
const LIMIT = gauge('node_nf_conntrack_entries_limit', 'Maximum size of connection tracking table.');

/** By the column's name in /proc/net/stat/nf_conntrack. */
const COUNTS = new Map(
  [
    ['found', 'Number of searched entries which were successful.'],
    ['invalid', 'Number of packets seen which can not be tracked.'],
    ['ignore', 'Number of packets seen which are already connected to a conntrack entry.'],
    ['insert', 'Number of entries inserted into the list.'],
    ['insert_failed', 'Number of entries for which list insertion was attempted but failed.'],
    ['drop', 'Number of packets dropped due to conntrack failure.'],
    ['early_drop', 'Number of dropped conntrack entries to make room for new ones, if maximum table size was reached.'],
    ['search_restart', 'Number of conntrack table lookups which had to be restarted due to hashtable resizes.'],
  ].map(([name, help]) => [name, gauge(`node_nf_conntrack_stat_${name}`, help)]),
);

/** A line of names, then a line of hexadecimal numbers for each CPU: told as their sums. */
export function parseConntrackStat(text: string): Reading[] {
  const [names = [], ...cpus] = wordsByLine(text);
  return names.flatMap((name, column) => {
    const family = COUNTS.get(name);
    if (family === undefined) return [];
    return [
      reading(
        family,
        cpus.reduce((sum, numbers) => sum + Number.parseInt(numbers[column], 16), 0),
      ),
    ];
  });
}

/** There only where the kernel tracks connections. */
export const conntrackSource: HostSource = {
  collector: 'conntrack',
  async read(files) {
    const [entries, limit, stat] = await Promise.all(
      ['sys/net/netfilter/nf_conntrack_count', 'sys/net/netfilter/nf_conntrack_max', 'net/stat/nf_conntrack'].map((path) =>
        files.proc(path),
      ),
    );
    return [reading(ENTRIES, Number(entries)), reading(LIMIT, Number(limit)), ...parseConntrackStat(stat)];
  },
};
