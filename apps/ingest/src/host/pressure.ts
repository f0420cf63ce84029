import { counter, type Family, type Reading, reading, wordsByLine } from './reading.ts';
import type { HostSource } from './source.ts';

type Resource = 'cpu' | 'io' | 'memory' | 'irq';

/** `some`: a task waited. `full`: all of them did; the kernel's figure for the CPU means nothing and is left out. */
const FAMILIES: Readonly<Record<Resource, Readonly<Record<string, Family>>>> = {
  cpu: {
    some: counter('node_pressure_cpu_waiting_seconds_total', 'Total time in seconds that processes have waited for CPU time'),
  },
  io: {
    some: counter('node_pressure_io_waiting_seconds_total', 'Total time in seconds that processes have waited due to IO congestion'),
    full: counter('node_pressure_io_stalled_seconds_total', 'Total time in seconds no process could make progress due to IO congestion'),
  },
  memory: {
    some: counter('node_pressure_memory_waiting_seconds_total', 'Total time in seconds that processes have waited for memory'),
    full: counter(
      'node_pressure_memory_stalled_seconds_total',
      'Total time in seconds no process could make progress due to memory congestion',
    ),
  },
  irq: {
    full: counter('node_pressure_irq_stalled_seconds_total', 'Total time in seconds no process could make progress due to IRQ congestion'),
  },
};

/** `some avg10=0.00 avg60=0.00 avg300=0.00 total=1234` in microseconds. */
export function parsePressure(resource: Resource, text: string): Reading[] {
  return wordsByLine(text).flatMap(([kind, ...fields]) => {
    const family = FAMILIES[resource][kind];
    const total = fields.find((field) => field.startsWith('total='));
    return family === undefined || total === undefined ? [] : [reading(family, Number(total.slice('total='.length)) / 1_000_000)];
  });
}

export const pressureSource: HostSource = {
  collector: 'pressure',
  async read(files) {
    const resources: Resource[] = ['cpu', 'io', 'memory', 'irq'];
    const texts = await Promise.all(
      // Interrupts came with Linux 6.1, and only where the kernel accounts for their time.
      resources.map((resource) => files.proc(`pressure/${resource}`).catch((error) => (resource === 'irq' ? '' : Promise.reject(error)))),
    );
    return resources.flatMap((resource, i) => parsePressure(resource, texts[i]));
  },
};
