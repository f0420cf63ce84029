import { counter, type Reading, reading, wordsByLine } from './reading.ts';
import { procSource } from './source.ts';

const RUNNING = counter('node_schedstat_running_seconds_total', 'Number of seconds CPU spent running a process.', 'cpu');
const WAITING = counter('node_schedstat_waiting_seconds_total', 'Number of seconds spent by processing waiting for this CPU.', 'cpu');
const TIMESLICES = counter('node_schedstat_timeslices_total', 'Number of timeslices executed by CPU.', 'cpu');

/** `cpu0` with nine numbers, the last three: nanoseconds run, nanoseconds waited, timeslices. */
export function parseSchedstat(text: string): Reading[] {
  return wordsByLine(text).flatMap(([name, ...numbers]) => {
    const cpu = /^cpu(\d+)$/.exec(name)?.[1];
    if (cpu === undefined || numbers.length < 9) return [];
    const [running, waiting, timeslices] = numbers.slice(6).map(Number);
    return [reading(RUNNING, running / 1e9, cpu), reading(WAITING, waiting / 1e9, cpu), reading(TIMESLICES, timeslices, cpu)];
  });
}

export const schedstatSource = procSource('schedstat', 'schedstat', parseSchedstat);
