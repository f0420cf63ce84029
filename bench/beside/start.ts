/** Ingest, worker and their PostgreSQL in the foreground, nothing else: what stores and answers. Ends with SIGTERM. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@tidemark/db/embedded';

const { PORT = '8012', WRITE_PORT = '8011', DIR, CONFIG } = process.env;
if (DIR === undefined) throw new Error('DIR is the folder for the data');

const postgres = await startEmbeddedPostgres({ dir: join(DIR, 'postgres'), onLog: () => {} });
const log = ['--log', join(DIR, 'log')];
const ingest = run('ingest', ['--port', WRITE_PORT, ...log, '--no-host-collector', ...(CONFIG ? ['--config', CONFIG] : [])]);
// The log is made by ingest, which the worker waits for.
const worker = run('worker', ['--port', PORT, ...log, '--data', join(DIR, 'tsdb'), '--ingest', `http://127.0.0.1:${WRITE_PORT}`]);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => [worker, ingest].map((child) => child.kill(signal)));
await Promise.all([once(worker, 'exit'), once(ingest, 'exit')]);
await postgres.stop();

function run(app: string, args: readonly string[]) {
  const env = { ...process.env, DATABASE_URL: postgres.url };
  return spawn(process.execPath, [join('apps', app, 'src/main.ts'), ...args], { env, stdio: 'inherit' });
}
