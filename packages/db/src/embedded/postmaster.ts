import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Clock, systemClock } from '@tidemark/base';
import { POLL_MS, STOP_FAST_MS } from '../limits.ts';

/**
 * What PostgreSQL says about itself in `postmaster.pid`: its process on the first line, its data folder on the
 * second, its state on the eighth. The file stays behind when the machine or the process is killed.
 */
const PID_FILE = 'postmaster.pid';

export async function isReady(dataDir: string, pid: number): Promise<boolean> {
  const lines = await pidFile(dataDir);
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

/**
 * A PostgreSQL that still runs on `dataDir` because whoever started it was killed is stopped. One whose starter
 * (`ownerPid`) lives is somebody else's: throws.
 */
export async function stopOrphan(dataDir: string, ownerPid: number | null): Promise<void> {
  const pid = Number((await pidFile(dataDir))[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  const parent = await parentOfPostmaster(pid, dataDir);
  if (parent === null) {
    // The process number may belong to another program by now, which would keep PostgreSQL from starting.
    await rm(path.join(dataDir, PID_FILE), { force: true });
    return;
  }
  if (parent === ownerPid) throw new Error(`process ${parent} runs PostgreSQL on ${dataDir} already: stop it first`);
  await stopPostmaster(pid, async () => (await parentOfPostmaster(pid, dataDir)) === null);
}

/** Fast shutdown: sessions are cut, everything is written. At once, without a checkpoint, when that takes too long. */
export async function stopPostmaster(pid: number, hasEnded: () => boolean | Promise<boolean>, clock: Clock = systemClock): Promise<void> {
  signal(pid, 'SIGINT');
  const deadlineMs = clock.now() + STOP_FAST_MS;
  while (!(await hasEnded())) {
    if (clock.now() > deadlineMs) signal(pid, 'SIGQUIT');
    await clock.sleep(POLL_MS);
  }
}

async function pidFile(dataDir: string): Promise<string[]> {
  const text = await readFile(path.join(dataDir, PID_FILE), 'utf8').catch(() => '');
  return text.split('\n');
}

/** The parent of `pid` when that is a living PostgreSQL on `dataDir`, else null. */
async function parentOfPostmaster(pid: number, dataDir: string): Promise<number | null> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const args = command.split('\0');
  if (path.basename(args[0]) !== 'postgres' || !args.includes(dataDir)) return null;
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile, which is what was wanted.
  }
}
