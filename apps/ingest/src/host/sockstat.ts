import { familiesByKey, gauge, type Reading, reading, wordsByLine } from './reading.ts';
import type { HostSource } from './source.ts';

const USED = gauge('node_sockstat_sockets_used', 'Number of IPv4 sockets in use.');
const familyOf = familiesByKey((key) => {
  const [protocol, state] = key.split(' ');
  return gauge(`node_sockstat_${protocol}_${state}`, `Number of ${protocol} sockets in state ${state}.`);
});

/** `TCP: inuse 1 orphan 0 tw 0 alloc 1 mem 219`; `mem` counts pages. */
export function parseSockstat(text: string, pageBytes: number): Reading[] {
  return wordsByLine(text).flatMap(([label, ...fields]) => {
    const protocol = label.replace(/:$/, '');
    const readings: Reading[] = [];
    for (let i = 0; i + 1 < fields.length; i += 2) {
      const value = Number(fields[i + 1]);
      if (protocol === 'sockets') readings.push(reading(USED, value));
      else readings.push(reading(familyOf(`${protocol} ${fields[i]}`), value));
      if (fields[i] === 'mem') readings.push(reading(familyOf(`${protocol} mem_bytes`), value * pageBytes));
    }
    return readings;
  });
}

/** 4 KiB pages, as on every x86 and nearly every other Linux machine; Node cannot ask for the real size. */
const PAGE_BYTES = 4096;

export const sockstatSource: HostSource = {
  collector: 'sockstat',
  async read(files) {
    const v4 = await files.proc('net/sockstat');
    const v6 = await files.proc('net/sockstat6').catch(() => ''); // Without IPv6 in the kernel.
    return [...parseSockstat(v4, PAGE_BYTES), ...parseSockstat(v6, PAGE_BYTES)];
  },
};
