import { PROCESSES_ASKED_MAX } from './limits.ts';
import { gauge, type Reading, reading } from './reading.ts';
import { slowSource } from './source.ts';

const PIDS = gauge('node_processes_pids', 'Number of PIDs');
const PIDS_MAX = gauge('node_processes_max_processes', 'Number of max PIDs limit');
const THREADS = gauge('node_processes_threads', 'Allocated threads in system');
const THREADS_MAX = gauge('node_processes_max_threads', 'Limit of threads in the system');
const STATE = gauge('node_processes_state', 'Number of processes in each state.', 'state');

/** /proc/PID/stat: `1 (any name, with brackets too) S …`. */
export function parseProcessState(text: string): string | null {
  return /^ (\w) /.exec(text.slice(text.lastIndexOf(')') + 1))?.[1] ?? null;
}

/** The fourth word of /proc/loadavg: `running/all`, threads both. */
export function parseThreads(loadavg: string): number {
  return Number(loadavg.split(' ')[3]?.split('/')[1]);
}

export const processesSource = () =>
  slowSource({
    collector: 'processes',
    async read(files) {
      const pids = (await files.procList('')).filter((name) => /^\d+$/.test(name));
      const [loadavg, pidMax, threadsMax] = await Promise.all(
        ['loadavg', 'sys/kernel/pid_max', 'sys/kernel/threads-max'].map((path) => files.proc(path)),
      );
      const states = new Map<string, number>();
      // One after the other: they must not stand before the log's writes in the queue for Node's four I/O threads.
      for (const pid of pids.length <= PROCESSES_ASKED_MAX ? pids : []) {
        const state = parseProcessState(await files.proc(`${pid}/stat`).catch(() => '')); // It may have ended by now.
        if (state !== null) states.set(state, (states.get(state) ?? 0) + 1);
      }
      const readings: Reading[] = [...states].map(([state, count]) => reading(STATE, count, state));
      return [
        ...readings,
        reading(PIDS, pids.length),
        reading(PIDS_MAX, Number(pidMax)),
        reading(THREADS, parseThreads(loadavg)),
        reading(THREADS_MAX, Number(threadsMax)),
      ];
    },
  });
