/** A real ingest process of its own, which collects nothing by itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { waitFor } from '@tidemark/base/testing';
import { ROOT } from './source-tree.ts';

export interface IngestProcess {
  readonly url: string;
  readonly process: ChildProcess;
  /** Everything that it has logged. */
  output(): string;
  /** Resolves with its exit code, everything accepted being durable. */
  stop(): Promise<number | null>;
}

export async function startIngest(logDir: string, ...args: string[]): Promise<IngestProcess> {
  const entry = join(ROOT, 'apps/ingest/src/main.ts');
  const child = spawn(join(ROOT, 'node_modules/.bin/node'), [entry, '--no-host-collector', '--port', '0', '--log', logDir, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const ready = await waitFor(
    'ingest to be ready',
    () => {
      if (child.exitCode !== null) throw new Error(`ingest ended with ${child.exitCode}:\n${output}`);
      return output.split('\n').find((line) => line.includes('"msg":"ready"'));
    },
    60_000,
  );
  return {
    url: `http://127.0.0.1:${JSON.parse(ready).port}`,
    process: child,
    output: () => output,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
