import type { QueryService } from '../query/query-service.ts';
import type { LiveQueries } from '../rpc/live-queries.ts';
import type { WorkerMetrics } from './metrics.ts';

/** The main thread's figures that are not counted as they happen, but read when `/metrics` is. */
export interface ObservedWorker {
  readonly disk: { readonly low: string | null; readonly freeBytes: number };
  readonly watermark: { readonly watermarkMs: number };
  readonly queries: Pick<QueryService, 'admission'>;
  readonly live: Pick<LiveQueries, 'subscribers'>;
  readonly now: () => number;
}

export function observeWorker(metrics: WorkerMetrics, { disk, watermark, queries, live, now }: ObservedWorker): void {
  metrics.gauge('tidemark_worker_watermark_age_seconds', 'How far the stream that rules see is behind the clock.', () =>
    Number.isFinite(watermark.watermarkMs) ? (now() - watermark.watermarkMs) / 1000 : Number.NaN,
  );
  metrics.gauge('tidemark_worker_disk_free_bytes', 'What is free on the disk of the samples.', () => disk.freeBytes);
  metrics.gauge('tidemark_worker_disk_low', '1 while no blocks are written because too little is free.', () => (disk.low === null ? 0 : 1));
  metrics.gauge('tidemark_queries_running', 'Queries being evaluated.', () => queries.admission.running);
  metrics.gauge('tidemark_queries_waiting', 'Queries waiting for their turn.', () => queries.admission.waiting);
  metrics.gauge('tidemark_live_subscribers', 'Browsers that watch live.', () => live.subscribers);
}
