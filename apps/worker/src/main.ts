/** The worker's process: reads the configuration, opens what lies outside, wires and runs. */
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { systemClock } from '@tidemark/base';
import { PortTakenError } from '@tidemark/base/http';
import { createLogger, DiskWatch, lockFolder, runServices, type Service } from '@tidemark/base/service';
import { DatabaseUnreachableError, MigrationError, openDatabase } from '@tidemark/db';
import { LogFormatError, openFileLogSource } from '@tidemark/log/file';
import manifest from '../package.json' with { type: 'json' };
import { createAlerting } from './alerting.ts';
import { readConfig } from './config.ts';
import { BUILTIN_DASHBOARDS } from './dashboards/builtin.ts';
import { startThreads } from './partitions/start-threads.ts';
import { PlainError } from './plain-error.ts';
import { RetentionConfigError, readRetention } from './retention/retention-config.ts';
import { createRuleEvaluator, type RuleEvaluator } from './rules/evaluator.ts';
import { StorageProbe } from './status/storage-probe.ts';
import { readStorageSettings } from './storage-settings.ts';
import { readTenantLimits, TenantLimitsError } from './tenant-limits.ts';
import { createWorker } from './worker.ts';

/** A second worker on the same folder. */
class DataLockedError extends Error {
  override readonly name = 'DataLockedError';

  constructor(dir: string) {
    super(`the samples in ${dir} belong to a worker that is running: stop it, or choose another folder with --data`);
  }
}

const config = readConfig(process.argv, process.env);
const logger = createLogger('worker');
const clock = systemClock;

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`tidemark worker: ${oneLine(error)}\n`);
  process.exit(1); // What was opened before it failed would keep the process for a while.
}

async function main(): Promise<number> {
  // Columns of samples lie outside of V8's heap, which would be marked as a whole for each 64 MiB of them that queries have made and left:
  // four times a second beside small queries. So they count as memory like any other.
  setFlagsFromString('--external-memory-accounted-in-global-limit');
  await mkdir(config.dataDir, { recursive: true });
  const unlock = await lockFolder(config.dataDir, 'data');
  if (unlock === null) throw new DataLockedError(config.dataDir);
  const database = await openDatabase(config.databaseUrl, clock);
  await database.migrate();
  logger.info({ log: config.logDir }, 'opening the log, or waiting until ingest has made it');
  const source = await openFileLogSource({ dir: config.logDir, clock });
  const tenants = config.tenantsFile === null ? new Map() : readTenantLimits(config.tenantsFile);
  const { partitions: partitionsAll, grownAtMs } = source;
  await source.close(); // Each thread has its own.
  const { logDir, dataDir } = config;
  const file = config.configFile === null ? '' : readFileSync(config.configFile, 'utf8');
  const retention = readRetention(file);
  const storage = readStorageSettings(file);
  const places = { logDir, dataDir, retention, partitionsAll, memoryBytes: memoryBytes(), tenants, storage };
  const groups = await startThreads(places, config.threads ?? availableParallelism());
  const disk = await DiskWatch.open({ path: config.dataDir, holds: 'samples', floorBytes: config.diskFloorBytes, clock });
  const features = {
    delayedNameRemoval: config.features.includes('promql-delayed-name-removal'),
    typeAndUnitLabels: config.features.includes('type-and-unit-labels'),
  };
  const { services, http } = createWorker({
    clock,
    logger,
    version: manifest.version,
    host: config.host,
    port: config.port,
    ingestUrl: config.ingestUrl,
    groups,
    grownAtMs,
    features,
    flags: config.flags,
    dataDir,
    retention,
    disk,
    dashboards: database.dashboards(BUILTIN_DASHBOARDS),
    storage: new StorageProbe(config.dataDir, [config.logDir], clock),
    alerting: ({ precedence, ...stream }) => {
      const evaluate = createRuleEvaluator(stream.source, clock, features);
      const evaluator: RuleEvaluator = (...rule) => precedence.ahead(() => evaluate(...rule));
      return createAlerting({ ...stream, evaluator, database, clock, logger, webUrl: config.webUrl });
    },
  });
  const closed: Service[] = [closing('database', () => database.close()), closing('data', unlock)];
  await http.listen();
  if (!isLoopback(config.host))
    logger.warn({ host: config.host }, 'there is no sign-in yet: whoever reaches this address reads and changes all');
  logger.info({ ...http.address, log: config.logDir, data: config.dataDir }, 'listening');
  return runServices([...closed, ...services], (event) => {
    if (event.kind === 'drained') return;
    logger.error({ err: event.error, service: event.service }, 'a service failed');
    process.stderr.write(`tidemark worker: ${oneLine(event.error)}\n`);
  });
}

/** The machine's, or the container's when it has a limit. */
function memoryBytes(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
}

/** Something that only has to be closed, after everything that uses it. */
function closing(name: string, close: () => Promise<void>): Service {
  return { name, run: async () => {}, drain: close };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function oneLine(error: unknown): string {
  const plain = [
    PortTakenError,
    DatabaseUnreachableError,
    MigrationError,
    LogFormatError,
    PlainError,
    DataLockedError,
    TenantLimitsError,
    RetentionConfigError,
  ];
  if (plain.some((kind) => error instanceof kind)) return (error as Error).message;
  const { code, stack } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EEXIST') {
    return `the data folder ${config.dataDir} cannot be written (${code}): choose another with --data`;
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') return `the disk that holds the data folder ${config.dataDir} is full: free space on it`;
  return String(stack);
}
