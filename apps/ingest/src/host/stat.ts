import { counter, type Family, gauge, type Reading, reading, wordsByLine } from './reading.ts';
import { procSource } from './source.ts';

const FAMILIES: Readonly<Record<string, Family>> = {
  intr: counter('node_intr_total', 'Total number of interrupts serviced.'),
  ctxt: counter('node_context_switches_total', 'Total number of context switches.'),
  btime: gauge('node_boot_time_seconds', 'Node boot time, in unixtime.'),
  processes: counter('node_forks_total', 'Total number of forks.'),
  procs_running: gauge('node_procs_running', 'Number of processes in runnable state.'),
  procs_blocked: gauge('node_procs_blocked', 'Number of processes blocked waiting for I/O to complete.'),
};

/** The lines of /proc/stat that are about the whole machine. */
export function parseStat(text: string): Reading[] {
  return wordsByLine(text).flatMap(([name, first]) => (Object.hasOwn(FAMILIES, name) ? [reading(FAMILIES[name], Number(first))] : []));
}

export const statSource = procSource('stat', 'stat', parseStat);
