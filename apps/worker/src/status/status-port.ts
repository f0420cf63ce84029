import type { Clock, Millis } from '@tidemark/base';
import type { PlaceRow, RetentionPlan, StatusPort, StatusReport, TargetRow } from '@tidemark/rpc';
import type { PlaceStats } from '@tidemark/tsdb';
import { parseDuration } from '../http-api/parameters.ts';
import type { GroupClient } from '../partitions/group-client.ts';
import type { RetentionPlans } from '../retention/retention-plans.ts';
import type { ActiveTarget, IngestClient } from './ingest-client.ts';
import { sumTallies } from './sample-tally.ts';
import type { StorageProbe } from './storage-probe.ts';

/** How this worker is, for the status page. */
export interface WorkerStatusOptions {
  readonly clock: Clock;
  readonly version: string;
  readonly startedAtMs: Millis;
  readonly notReady: () => string | null;
  readonly groups: readonly Pick<GroupClient, 'report'>[];
  readonly disk: { readonly low: string | null };
  readonly storage: StorageProbe;
  readonly ingest: IngestClient;
  readonly retention: RetentionPlans;
}

export class WorkerStatus implements StatusPort {
  readonly #options: WorkerStatusOptions;

  constructor(options: WorkerStatusOptions) {
    this.#options = options;
  }

  /** Blocks are the tenant's; head, log and rates are the worker's. */
  async report(tenant: string): Promise<StatusReport> {
    const { clock, version, startedAtMs, notReady, groups, disk, storage, ingest } = this.#options;
    const reports = await Promise.all(groups.map((group) => group.report()));
    const partitions = reports.flatMap((report) => report.partitions).sort((a, b) => a.status.partition - b.status.partition);
    const stats = partitions.map((partition) => partition.stats);
    return {
      nowMs: clock.now(),
      version,
      startedAtMs,
      ready: notReady(),
      ingestion: sumTallies(reports.map(({ tally }) => tally)),
      log: partitions.map(({ status }) => status),
      head: {
        series: sum(stats.map((each) => each.headSeries)),
        samples: sum(stats.map((each) => each.headSamples)),
        fromMs: least(stats.map((each) => each.headFromMs)),
        toMs: greatest(stats.map((each) => each.headToMs)),
      },
      blocks: stats.flatMap((each) => each.blocks.filter((block) => block.tenant === tenant)).map(({ tenant: _, ...block }) => block),
      places: placeRows(stats.flatMap((each) => each.places)),
      quarantined: stats.flatMap((each) => each.quarantined),
      storage: await storage.measure(),
      warnings: [...lowDisk(disk.low), ...(await ingest.warnings().catch((error: Error) => [error.message]))],
    };
  }

  retention(tenant: string, withinMs: Millis): Promise<RetentionPlan> {
    return this.#options.retention.plan(tenant, withinMs);
  }

  async targets(): Promise<readonly TargetRow[]> {
    return (await this.#options.ingest.targets()).activeTargets.map(targetRow);
  }
}

/** Of all partitions. */
function placeRows(stats: readonly PlaceStats[]): PlaceRow[] {
  const names = [...new Set(stats.map(({ name }) => name))];
  return names.map((name) => {
    const own = stats.filter((place) => place.name === name);
    return {
      name,
      // Each partition has a folder of its own there.
      where: own[0].where.replace(/partition-\d+\/?$/, ''),
      blocks: sum(own.map(({ blocks }) => blocks)),
      bytes: sum(own.map(({ bytes }) => bytes)),
      waitingBlocks: sum(own.map(({ waiting }) => waiting.blocks)),
      waitingBytes: sum(own.map(({ waiting }) => waiting.bytes)),
      trouble: own.find(({ waiting }) => waiting.trouble !== null)?.waiting.trouble?.message ?? null,
    };
  });
}

function lowDisk(low: string | null): string[] {
  return low === null ? [] : [`No blocks are written, samples stay in memory and in the log: ${low}.`];
}

function targetRow(target: ActiveTarget): TargetRow {
  const lastScrapeMs = Date.parse(target.lastScrape);
  const scraped = lastScrapeMs > 0;
  return {
    job: target.labels.job ?? target.scrapePool,
    instance: target.labels.instance ?? '',
    url: target.scrapeUrl,
    labels: target.labels,
    health: target.health,
    lastError: target.lastError,
    lastScrapeMs: scraped ? lastScrapeMs : null,
    lastDurationMs: scraped ? target.lastScrapeDuration * 1000 : null,
    lastSamples: target.lastSamples ?? null,
    intervalMs: parseDuration(target.scrapeInterval) ?? 0,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function least(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function greatest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
