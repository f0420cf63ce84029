import { Command, InvalidArgumentError } from 'commander';

export interface WorkerConfig {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly logDir: string;
  readonly dataDir: string;
  /** That own the partitions; null for one for each core. */
  readonly threads: number | null;
  /** A YAML file whose section `retention` is read. */
  readonly configFile: string | null;
  /** No blocks are written when less is free on the disk of the samples. */
  readonly diskFloorBytes: number | 'default';
  readonly features: readonly Feature[];
  /** All options as text, but the database's address, which may have a password. */
  readonly flags: Readonly<Record<string, string>>;
  /** A JSON file with what is different for some tenants. */
  readonly tenantsFile: string | null;
  readonly databaseUrl: string;
  readonly ingestUrl: string;
  /** Where people open the web: for links in notifications. */
  readonly webUrl: string;
}

/** From the command line and the environment; prints help or what is wrong and ends the process as commander does. */
export function readConfig(argv: readonly string[], env: NodeJS.ProcessEnv): WorkerConfig {
  const command = new Command('tidemark-worker')
    .description("Follows the log, keeps its samples, and answers: Prometheus' HTTP API, tRPC for the web, rules and notifications.")
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on, 0 for a free one', port, 8012)
    .option('--log <dir>', 'folder of the log', './data/log')
    .option('--data <dir>', 'folder of the samples', './data/tsdb')
    .option('--threads <number>', 'threads that share the partitions (default: one for each core, no more than partitions)', threads)
    .option(
      '--config <file>',
      'a YAML file (prometheus.yml) whose sections "retention" and "storage" say what is kept, how long, and where',
    )
    .option('--disk-floor-mib <number>', 'write no blocks when less is free on their disk (default: 2 % of it, 128 to 1024)', mebibytes)
    .option('--enable-feature <names>', `what is off by default: ${FEATURES.join(', ')}; several with commas`, features, [])
    .option('--tenants <file>', 'a JSON file with limits of single tenants')
    .option('--database-url <url>', 'PostgreSQL, postgresql://…; better given as DATABASE_URL, which other users cannot see')
    .option('--ingest <url>', 'address of ingest, which knows the targets', url, 'http://127.0.0.1:8011')
    .option('--web-url <url>', 'address of the web, for links in notifications', url, 'http://127.0.0.1:8010')
    .parse(argv);
  const options = command.opts();
  const databaseUrl = options.databaseUrl ?? env.DATABASE_URL;
  if (databaseUrl === undefined || databaseUrl === '') command.error('error: no database: set DATABASE_URL or --database-url');
  return {
    host: options.host,
    port: options.port,
    logDir: options.log,
    dataDir: options.data,
    threads: options.threads ?? null,
    configFile: options.config ?? null,
    diskFloorBytes: options.diskFloorMib === undefined ? 'default' : options.diskFloorMib * 2 ** 20,
    features: options.enableFeature,
    flags: flagsOf(command),
    tenantsFile: options.tenants ?? null,
    databaseUrl,
    ingestUrl: options.ingest,
    webUrl: options.webUrl,
  };
}

function flagsOf(command: Command): Record<string, string> {
  const shown = Object.entries(command.opts()).filter(([name]) => name !== 'databaseUrl');
  return Object.fromEntries(shown.map(([name, value]) => [name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), String(value)]));
}

/** In Prometheus' names. What does not change the meaning of an expression is always on. */
const FEATURES = ['promql-delayed-name-removal', 'type-and-unit-labels'] as const;

export type Feature = (typeof FEATURES)[number];

function features(text: string, before: readonly Feature[]): readonly Feature[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(FEATURES as readonly string[]).includes(name));
  if (unknown !== undefined) throw new InvalidArgumentError(`"${unknown}" is none of ${FEATURES.join(', ')}.`);
  return [...before, ...(names as Feature[])];
}

function threads(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 1024) throw new InvalidArgumentError('an integer from 1 to 1024 is wanted.');
  return value;
}

function mebibytes(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 2 ** 30) throw new InvalidArgumentError('an integer from 0 to 1073741824 is wanted.');
  return value;
}

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError('an integer from 0 to 65535 is wanted.');
  return value;
}

function url(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new InvalidArgumentError('an http:// or https:// address is wanted.');
  return text;
}
