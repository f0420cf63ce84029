/** What stores and answers, without the web: ingest, worker and their PostgreSQL on free ports. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@tidemark/base/testing';
import { cpuSeconds, findProcess, residentBytes, threadSeconds } from '@tidemark/tests/processes';
import { freePorts } from '@tidemark/tests/product';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Store {
  readonly ingestUrl: string;
  readonly queryUrl: string;
  readonly ingest: MeasuredProcess;
  readonly worker: MeasuredProcess;
  stop(): Promise<void>;
}

export interface MeasuredProcess {
  readonly pid: number;
  cpuSeconds(): number;
  /** By the threads' names. */
  threadSeconds(): Map<string, number>;
  residentBytes(): number;
}

/** `configFile`: what to scrape. */
export async function startStore(dataDir: string, configFile = ''): Promise<Store> {
  const port = await freePorts();
  const env = { ...process.env, DIR: dataDir, WRITE_PORT: String(port), PORT: String(port + 1), CONFIG: configFile };
  const child = spawn(process.execPath, ['bench/beside/start.ts'], { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [ingestUrl, queryUrl] = [port, port + 1].map((at) => `http://127.0.0.1:${at}`);
  for (const url of [ingestUrl, queryUrl]) await waitFor(`${url} to be ready`, () => isReady(url), 60_000);
  return {
    ingestUrl,
    queryUrl,
    ingest: measured('apps/ingest/src/main.ts', port),
    worker: measured('apps/worker/src/main.ts', port + 1),
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/-/ready`, { headers: { connection: 'close' } }).catch(() => null);
  return answer?.ok ?? false;
}

function measured(entry: string, port: number): MeasuredProcess {
  const pid = findProcess(entry, String(port));
  if (pid === null) throw new Error(`${entry} does not run`);
  return { pid, cpuSeconds: () => cpuSeconds(pid), threadSeconds: () => threadSeconds(pid), residentBytes: () => residentBytes(pid) };
}
