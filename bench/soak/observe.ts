/** What a running Tidemark takes from its machine at one moment. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cpuSeconds, residentBytes } from '@tidemark/tests/processes';

export interface Moment {
  readonly minute: number;
  readonly ingestMiB: number;
  readonly workerMiB: number;
  /** Files in the data folder, PostgreSQL's apart. */
  readonly files: number;
  readonly logMiB: number;
  readonly blocksMiB: number;
  readonly openFiles: number;
  readonly headSeries: number;
  readonly cpuCores: number;
  /** The slowest acknowledgement since the moment before. */
  readonly slowestWriteMs: number;
}

export interface Observed {
  readonly dataDir: string;
  readonly ingestPid: number;
  readonly workerPid: number;
  readonly queryUrl: string;
}

/** Call it at steady intervals: CPU is what was used since the call before. */
export function observer({ dataDir, ingestPid, workerPid, queryUrl }: Observed) {
  const startedMs = performance.now();
  let [cpuBefore, beforeMs] = [0, startedMs];
  return async (slowestWriteMs: number): Promise<Moment> => {
    const nowMs = performance.now();
    const cpu = cpuSeconds(ingestPid) + cpuSeconds(workerPid);
    const cpuCores = (cpu - cpuBefore) / ((nowMs - beforeMs) / 1000);
    const isFirst = beforeMs === startedMs;
    [cpuBefore, beforeMs] = [cpu, nowMs];
    const log = folder(join(dataDir, 'log'));
    const blocks = folder(join(dataDir, 'tsdb'));
    return {
      minute: (nowMs - startedMs) / 60_000,
      ingestMiB: residentBytes(ingestPid) / 2 ** 20,
      workerMiB: residentBytes(workerPid) / 2 ** 20,
      files: log.files + blocks.files,
      logMiB: log.bytes / 2 ** 20,
      blocksMiB: blocks.bytes / 2 ** 20,
      openFiles: readdirSync(`/proc/${ingestPid}/fd`).length + readdirSync(`/proc/${workerPid}/fd`).length,
      headSeries: await headSeries(queryUrl),
      cpuCores: isFirst ? 0 : cpuCores,
      slowestWriteMs,
    };
  };
}

async function headSeries(queryUrl: string): Promise<number> {
  const text = await (await fetch(`${queryUrl}/metrics`, { headers: { connection: 'close' } })).text();
  const values = [...text.matchAll(/^tidemark_head_series(?:\{[^}]*\})? (\S+)/gm)];
  if (values.length === 0) throw new Error('the worker does not say how many series its head holds');
  return values.reduce((sum, [, value]) => sum + Number(value), 0);
}

/** Files may go while it is gone through. */
export function folder(path: string): { files: number; bytes: number } {
  let [files, bytes] = [0, 0];
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const stat = statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false });
    if (stat === undefined) continue;
    files++;
    bytes += stat.size;
  }
  return { files, bytes };
}
