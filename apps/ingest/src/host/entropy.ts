import { gauge, reading } from './reading.ts';
import type { HostSource } from './source.ts';

const AVAILABLE = gauge('node_entropy_available_bits', 'Bits of available entropy.');
const POOL = gauge('node_entropy_pool_size_bits', 'Bits of entropy pool.');

export const entropySource: HostSource = {
  collector: 'entropy',
  async read(files) {
    const [available, pool] = await Promise.all(['entropy_avail', 'poolsize'].map((name) => files.proc(`sys/kernel/random/${name}`)));
    return [reading(AVAILABLE, Number(available)), reading(POOL, Number(pool))];
  },
};
