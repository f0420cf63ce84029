import { join, resolve } from 'node:path';
import { ROOT } from '../prepare/project.mjs';
import { INGEST_FEATURES, type Options, WORKER_FEATURES } from './options.mjs';

/** One process to run: a service and how to know that it is ready. */
export interface ProgramPlan {
  readonly title: string;
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly readyUrl: string;
}

export interface Layout extends Options {
  readonly dataDir: string;
  /** Where the user called from: relative paths are meant from there. */
  readonly calledFrom: string;
  readonly databaseUrl: string;
}

/** The services of one machine, in the order in which they start. Pure. */
export function programsOf(layout: Layout): ProgramPlan[] {
  const { listen, port, dataDir } = layout;
  const at = (offset: number) => addressOf(listen, port + offset);
  const logDir = join(dataDir, 'log');
  const ready = (offset: number) => `http://${at(offset)}/-/ready`;
  return [
    {
      title: 'ingest',
      entry: join(ROOT, 'apps/ingest/src/main.ts'),
      args: [
        ...['--host', listen, '--port', String(port + 1), '--log', logDir],
        ...['--self', `tidemark-ingest=${at(1)}`, '--self', `tidemark-worker=${at(2)}`, '--self', `tidemark-web=${at(0)}`],
        ...featuresOf(layout, INGEST_FEATURES),
        ...(layout.partitions === null ? [] : ['--partitions', String(layout.partitions)]),
        ...(layout.config === null ? [] : ['--config', resolve(layout.calledFrom, layout.config)]),
      ],
      env: {},
      readyUrl: ready(1),
    },
    {
      title: 'worker',
      entry: join(ROOT, 'apps/worker/src/main.ts'),
      args: [
        ...['--host', listen, '--port', String(port + 2), '--log', logDir, '--data', join(dataDir, 'tsdb')],
        ...['--ingest', `http://${at(1)}`, '--web-url', `http://${at(0)}`],
        ...featuresOf(layout, WORKER_FEATURES),
        ...(layout.config === null ? [] : ['--config', resolve(layout.calledFrom, layout.config)]),
      ],
      // Not an argument: other users of the machine could read it there.
      env: { DATABASE_URL: layout.databaseUrl },
      readyUrl: ready(2),
    },
    {
      title: 'web',
      entry: join(ROOT, 'apps/web/.next/standalone/apps/web/server.js'),
      args: [],
      // It holds no state, and its live streams never end by themselves: it ends at once instead of waiting for them.
      env: {
        NEXT_MANUAL_SIG_HANDLE: 'true',
        HOSTNAME: listen,
        PORT: String(port),
        TIDEMARK_WORKER_URL: `http://${at(2)}`,
        NODE_ENV: 'production',
      },
      readyUrl: ready(0),
    },
  ];
}

function featuresOf({ features }: Layout, known: readonly string[]): string[] {
  return features.filter((name) => known.includes(name)).flatMap((name) => ['--enable-feature', name]);
}

/** Where what listens on `listen` is reached from this machine. */
export function addressOf(listen: string, port: number): string {
  const host = listen === '0.0.0.0' ? '127.0.0.1' : listen === '::' ? '::1' : listen;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
