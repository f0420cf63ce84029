import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { FEATURE_NAMES, type FeatureName, featuresOf, type IngestFeatures, isFeatureName } from './features.ts';
import { defaultThreads, THREADS_MAX } from './limits.ts';
import type { OwnService } from './prometheus-config/own-jobs.ts';

export interface IngestConfig {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** That take pushes. */
  readonly threads: number;
  readonly logDir: string;
  /** A log that has fewer grows; null leaves it as it is. */
  readonly partitions: number | null;
  readonly logRetentionMs: number;
  /** Infinite unless said: a full disk refuses senders, it loses nothing. */
  readonly logRetentionBytes: number;
  /** Senders are refused when less is free on the log's disk. */
  readonly diskFloorBytes: number | 'default';
  /** A Prometheus configuration file whose targets are scraped. */
  readonly configFile: string | null;
  /** Tidemark's own services, whose `/metrics` are scraped each second. */
  readonly self: readonly OwnService[];
  readonly hostCollector: boolean;
  readonly features: IngestFeatures;
}

/** From the command line; prints help or what is wrong and ends the process as commander does. */
export function readConfig(argv: readonly string[]): IngestConfig {
  const options = new Command('tidemark-ingest')
    .description('Takes metrics in (remote write, JSON, scraping, this machine) and writes them to the log.')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on, 0 for a free one', integer(0, 65_535), 8011)
    .option('--threads <number>', 'threads that take pushes', integer(1, THREADS_MAX), defaultThreads(availableParallelism()))
    .option('--log <dir>', 'folder of the log', './data/log')
    .option(
      '--partitions <number>',
      'partitions of the log; it can be given more, not fewer (default: one for each core)',
      integer(1, 1024),
    )
    .option('--log-retention-hours <number>', 'how long the log keeps records', integer(1, 24 * 365), 24)
    .option('--log-retention-gib <number>', 'drop the oldest records when the log is larger', integer(1, 1024 * 1024))
    .option(
      '--disk-floor-mib <number>',
      "refuse senders when less is free on the log's disk (default: 2 % of it, 128 to 1024)",
      integer(0, 2 ** 30),
    )
    .option('--config <file>', 'a prometheus.yml whose targets are scraped')
    .option('--self <job=host:port>', "one of Tidemark's own services, scraped each second; repeatable", ownService, [])
    .option('--enable-feature <names>', `what is off by default: ${FEATURE_NAMES.join(', ')}; several with commas`, featureNames, [])
    .option('--no-host-collector', 'do not collect metrics of this machine')
    .parse(argv)
    .opts();
  return {
    host: options.host,
    port: options.port,
    threads: options.threads,
    logDir: options.log,
    partitions: options.partitions ?? null,
    logRetentionMs: options.logRetentionHours * 3_600_000,
    logRetentionBytes: options.logRetentionGib === undefined ? Number.POSITIVE_INFINITY : options.logRetentionGib * 2 ** 30,
    diskFloorBytes: options.diskFloorMib === undefined ? 'default' : options.diskFloorMib * 2 ** 20,
    configFile: options.config ?? null,
    self: options.self,
    hostCollector: options.hostCollector,
    features: featuresOf(options.enableFeature),
  };
}

function integer(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < from || value > to) throw new InvalidArgumentError(`an integer from ${from} to ${to} is wanted.`);
    return value;
  };
}

function featureNames(text: string, before: readonly FeatureName[]): readonly FeatureName[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !isFeatureName(name));
  if (unknown !== undefined) throw new InvalidArgumentError(`"${unknown}" is none of ${FEATURE_NAMES.join(', ')}.`);
  return [...before, ...names.filter(isFeatureName)];
}

function ownService(text: string, before: readonly OwnService[]): OwnService[] {
  const [, job, address] = /^([^=]+)=([^/=]+:\d+)$/.exec(text) ?? [];
  if (address === undefined) throw new InvalidArgumentError('job=host:port is wanted.');
  return [...before, { job, address }];
}
