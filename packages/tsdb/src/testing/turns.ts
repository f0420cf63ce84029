import { threadCpuUsage } from 'node:process';
import { printFigure } from './figure.ts';

/**
 * For how long this thread computes without letting others go first: CPU between two turns of its event loop, so that what else the
 * machine does counts for nothing. Prints the 99th percentile of the turns that did something, and the longest.
 */
export async function measureTurns(name: string, work: () => Promise<unknown>): Promise<void> {
  const turnsMs: number[] = [];
  let isDone = false;
  let beforeMs = cpuMs();
  const turn = (): void => {
    const nowMs = cpuMs();
    if (nowMs - beforeMs >= IDLE_MS) turnsMs.push(nowMs - beforeMs);
    if (isDone) return;
    beforeMs = cpuMs();
    setImmediate(turn);
  };
  setImmediate(turn);
  const startMs = cpuMs();
  await work();
  const tookMs = cpuMs() - startMs;
  isDone = true;
  await new Promise((resolve) => setImmediate(resolve));
  turnsMs.sort((a, b) => a - b);
  printFigure(`${name}: CPU of the thread`, [tookMs], 'ms', 0);
  printFigure(`${name}: a turn, 99th percentile`, [turnsMs[Math.ceil(turnsMs.length * 0.99) - 1] ?? 0], 'ms');
  printFigure(`${name}: the longest turn`, [turnsMs.at(-1) ?? 0], 'ms');
}

/** Less is the probe itself. */
const IDLE_MS = 0.1;

function cpuMs(): number {
  const { user, system } = threadCpuUsage();
  return (user + system) / 1000;
}
