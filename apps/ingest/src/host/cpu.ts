import { counter, type Reading, reading, wordsByLine } from './reading.ts';
import type { HostSource } from './source.ts';

const SECONDS = counter('node_cpu_seconds_total', 'Seconds the CPUs spent in each mode.', 'cpu', 'mode');
const GUEST = counter('node_cpu_guest_seconds_total', 'Seconds the CPUs spent in guests (VMs) for each mode.', 'cpu', 'mode');

/** The columns of /proc/stat behind `cpuN`; the last two are guests. */
const MODES = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const;

/** USER_HZ: the kernel gives hundredths of a second to user space on every architecture. */
const TICKS_PER_SECOND = 100;

/** The `cpuN` lines of /proc/stat. Columns that an old kernel lacks count as 0. */
export function parseCpu(text: string): Reading[] {
  return wordsByLine(text).flatMap(([name, ...ticks]) => {
    const cpu = /^cpu(\d+)$/.exec(name)?.[1];
    if (cpu === undefined) return [];
    const seconds = (column: number) => Number(ticks[column] ?? 0) / TICKS_PER_SECOND;
    return [
      ...MODES.map((mode, column) => reading(SECONDS, seconds(column), cpu, mode)),
      reading(GUEST, seconds(8), cpu, 'user'),
      reading(GUEST, seconds(9), cpu, 'nice'),
    ];
  });
}

/**
 * The kernel's idle and iowait may step back a little; a counter that does looks like a restart, and a rate
 * over it would leap. A larger step is a CPU that was taken out and put in again.
 */
const STEP_BACK_SECONDS_MAX = 3;

/** Keeps what was seen before where a reading of the same series is a little below it. */
export function withoutSteppingBack(seen: Map<string, number>, readings: readonly Reading[]): Reading[] {
  return readings.map((next) => {
    const key = `${next.family.name} ${next.labelValues.join(' ')}`;
    const before = seen.get(key) ?? 0;
    const kept = next.value < before && before - next.value < STEP_BACK_SECONDS_MAX ? { ...next, value: before } : next;
    seen.set(key, kept.value);
    return kept;
  });
}

export function cpuSource(): HostSource {
  const seen = new Map<string, number>();
  return { collector: 'cpu', read: async (files) => withoutSteppingBack(seen, parseCpu(await files.proc('stat'))) };
}
