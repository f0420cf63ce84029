import { join } from 'node:path';
import type { Clock } from '@tidemark/base';
import type { Logger } from '@tidemark/base/service';
import { openFileLogSource } from '@tidemark/log/file';
import { DEFAULT_LIMITS, type Engine, type EngineLimits, openEngine, type TenantLimits } from '@tidemark/tsdb';
import { extentReaching } from '../consume/extent-reaching.ts';
import { DECODED_MEMORY_PART, HEAD_MEMORY_PART, LOG_END_PATIENCE_MS, seriesShare } from '../limits.ts';
import { type PlainRules, partitionRules } from '../retention/retention-config.ts';
import type { StorageSettings } from '../storage-settings.ts';
import { partitionFolder } from './partition-folder.ts';
import type { OpenedPartitions } from './serve-group.ts';
import { openStoragePlaces } from './storage-places.ts';

/** Where partitions lie on this machine, and what they may hold: plain values, for whichever thread opens them. */
export interface PartitionPlaces {
  readonly logDir: string;
  readonly dataDir: string;
  readonly retention: PlainRules;
  /** Of the log. */
  readonly partitionsAll: number;
  /** What the machine, or the container, has. */
  readonly memoryBytes: number;
  readonly tenants: ReadonlyMap<string, Partial<TenantLimits>>;
  readonly storage: StorageSettings;
}

export async function openPartitions(
  { logDir, dataDir, retention, storage, ...machine }: PartitionPlaces,
  partitions: readonly number[],
  clock: Clock,
  logger: Logger,
): Promise<OpenedPartitions> {
  const { partitionsAll } = machine;
  const limits = {
    ...partitionLimits(machine),
    retention: partitionRules(retention, partitionsAll),
    rollups: retention.rollups,
    farCacheBytes: storage.cacheBytes / partitionsAll,
  };
  const placesOf = await openStoragePlaces(storage, `${partitions[0]}`, clock);
  const source = await openFileLogSource({ dir: logDir, clock });
  const engines = new Map<number, Engine>();
  const untilMs = clock.now() + LOG_END_PATIENCE_MS; // For all of them together.
  for (const partition of partitions) {
    const engine = await openEngine({
      dir: join(dataDir, partitionFolder(partition)),
      clock,
      limits,
      places: placesOf(partition),
      takesOver: storage.takesOver,
      logReaches: async (offset) => (await extentReaching(source, partition, offset, clock, untilMs)).end >= offset,
      onDamage: ({ file, offset, reason }) => logger.error({ file, offset, reason }, 'a damaged file was set aside'),
      onShortage: ({ message }) => logger.error({ partition, reason: message }, 'no block could be written; the log keeps the samples'),
    });
    engines.set(partition, engine);
  }
  return { source, engines };
}

/** Of one partition: limits are a tenant's over all of them. */
function partitionLimits({
  partitionsAll,
  memoryBytes,
  tenants,
}: Pick<PartitionPlaces, 'partitionsAll' | 'memoryBytes' | 'tenants'>): Partial<EngineLimits> {
  const share = ({ seriesPerTenantMax, seriesPerMetricMax, ...rest }: Partial<TenantLimits>): Partial<TenantLimits> => ({
    ...rest,
    ...(seriesPerTenantMax !== undefined && { seriesPerTenantMax: seriesShare(seriesPerTenantMax, partitionsAll) }),
    ...(seriesPerMetricMax !== undefined && { seriesPerMetricMax: seriesShare(seriesPerMetricMax, partitionsAll) }),
  });
  const { seriesPerTenantMax, seriesPerMetricMax } = DEFAULT_LIMITS;
  return {
    ...share({ seriesPerTenantMax, seriesPerMetricMax }),
    tenants: new Map(Array.from(tenants, ([tenant, own]) => [tenant, share(own)])),
    headBytesMax: (HEAD_MEMORY_PART * memoryBytes) / partitionsAll,
    decodedBytes: (DECODED_MEMORY_PART * memoryBytes) / partitionsAll,
  };
}
