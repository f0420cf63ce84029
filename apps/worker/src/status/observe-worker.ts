import type { Engine, EngineStats } from '@tidemark/tsdb';
import type { PartitionConsumer } from '../consume/partition-consumer.ts';
import type { QueryService } from '../query/query-service.ts';
import type { LiveQueries } from '../rpc/live-queries.ts';
import type { WorkerMetrics } from './metrics.ts';

/** The figures that are not counted as they happen, but read when `/metrics` is. */
export interface ObservedWorker {
  readonly consumers: readonly Pick<PartitionConsumer, 'partition' | 'status' | 'probe'>[];
  readonly engines: readonly Pick<Engine, 'stats'>[];
  readonly disk: { readonly low: string | null; readonly freeBytes: number };
  readonly watermark: { readonly watermarkMs: number };
  readonly queries: Pick<QueryService, 'admission'>;
  readonly live: Pick<LiveQueries, 'subscribers'>;
  readonly now: () => number;
}

export function observeWorker(metrics: WorkerMetrics, { consumers, engines, disk, watermark, queries, live, now }: ObservedWorker): void {
  const eachPartition = (read: (status: PartitionConsumer['status']) => number) => async () => {
    await Promise.all(consumers.map((consumer) => consumer.probe()));
    return consumers.map(({ partition, status }) => ({ partition, value: read(status) }));
  };
  const overEngines = (read: (stats: EngineStats) => number) => () => engines.reduce((sum, engine) => sum + read(engine.stats()), 0);

  metrics.partitionGauge(
    'tidemark_worker_log_lag_records',
    'Records of the log that are not consumed yet.',
    eachPartition(({ position, end }) => end - position),
  );
  metrics.partitionGauge(
    'tidemark_worker_log_lag_seconds',
    'Age of the newest record that was consumed, 0 when none is waiting.',
    eachPartition(({ lagMs }) => lagMs / 1000),
  );
  metrics.partitionGauge(
    'tidemark_worker_log_position',
    'Offset of the next record to consume.',
    eachPartition(({ position }) => position),
  );
  metrics.gauge('tidemark_worker_watermark_age_seconds', 'How far the stream that rules see is behind the clock.', () =>
    Number.isFinite(watermark.watermarkMs) ? (now() - watermark.watermarkMs) / 1000 : Number.NaN,
  );
  metrics.gauge('tidemark_worker_disk_free_bytes', 'What is free on the disk of the samples.', () => disk.freeBytes);
  metrics.gauge('tidemark_worker_disk_low', '1 while no blocks are written because too little is free.', () => (disk.low === null ? 0 : 1));
  metrics.gauge('tidemark_queries_running', 'Queries being evaluated.', () => queries.admission.running);
  metrics.gauge('tidemark_queries_waiting', 'Queries waiting for their turn.', () => queries.admission.waiting);
  metrics.gauge('tidemark_live_subscribers', 'Browsers that watch live.', () => live.subscribers);
  metrics.gauge(
    'tidemark_head_series',
    'Series in memory.',
    overEngines(({ headSeries }) => headSeries),
  );
  metrics.gauge(
    'tidemark_head_samples',
    'Samples in memory.',
    overEngines(({ headSamples }) => headSamples),
  );
  metrics.gauge(
    'tidemark_head_bytes',
    'What series and samples in memory take, as estimated for the limit.',
    overEngines(({ headBytes }) => headBytes),
  );
  metrics.gauge(
    'tidemark_blocks',
    'Blocks on disk.',
    overEngines(({ blocks }) => blocks.length),
  );
  metrics.gauge(
    'tidemark_block_bytes',
    'Bytes of the blocks on disk.',
    overEngines(({ blocks }) => blocks.reduce((sum, { bytes }) => sum + bytes, 0)),
  );
  metrics.gauge(
    'tidemark_tombstones',
    'Deletions that still hold for something in blocks or in the log.',
    overEngines(({ tombstones }) => tombstones),
  );
  metrics.gauge(
    'tidemark_blocks_quarantined',
    'Blocks set aside because they are damaged.',
    overEngines(({ quarantined }) => quarantined.length),
  );
}
