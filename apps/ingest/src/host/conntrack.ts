import { gauge, reading } from './reading.ts';
import type { HostSource } from './source.ts';

const ENTRIES = gauge('node_nf_conntrack_entries', 'Number of currently allocated flow entries for connection tracking.');
const LIMIT = gauge('node_nf_conntrack_entries_limit', 'Maximum size of connection tracking table.');

/** There only where the kernel tracks connections. */
export const conntrackSource: HostSource = {
  collector: 'conntrack',
  async read(files) {
    const [entries, limit] = await Promise.all(['count', 'max'].map((name) => files.proc(`sys/net/netfilter/nf_conntrack_${name}`)));
    return [reading(ENTRIES, Number(entries)), reading(LIMIT, Number(limit))];
  },
};
