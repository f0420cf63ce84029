import { type EventLoopUtilization, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Millis } from '@tidemark/base';
import type { EngineStats, PlaceStats } from '@tidemark/tsdb';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ConsumerStatus } from './calls.ts';

/** What a partition thread counts and measures of itself. The main thread adds up the same figures of all threads. */
export interface MeasuredGroup {
  readonly thread: number;
  stats(): readonly EngineStats[];
  statuses(): Promise<readonly ConsumerStatus[]>;
  /** That are being answered. */
  calls(): number;
}

/** The delay is measured by a timer of this length, which is taken off. */
const LOOP_RESOLUTION_MS = 10;

export class GroupMetrics {
  readonly registry = new Registry();
  readonly #appended = new Counter({
    name: 'tidemark_worker_samples_appended_total',
    help: 'Samples that were read from the log and appended, without those that a start reads again.',
    registers: [this.registry],
  });
  readonly #replayed = new Counter({
    name: 'tidemark_worker_samples_replayed_total',
    help: 'Samples that were in the log already when the worker started, and were appended from there.',
    registers: [this.registry],
  });
  readonly #refused = new Counter({
    name: 'tidemark_worker_samples_refused_total',
    help: 'Samples that the engine did not take, by reason.',
    labelNames: ['reason'],
    registers: [this.registry],
  });
  readonly #damaged = new Counter({
    name: 'tidemark_worker_log_damage_total',
    help: 'Stretches of the log that could not be read.',
    registers: [this.registry],
  });
  readonly #appendDelay = new Histogram({
    name: 'tidemark_worker_append_delay_seconds',
    help: 'From a batch being accepted by ingest to its being appended here, catching up left out.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [this.registry],
  });

  readonly #loopDelay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });

  constructor(group: MeasuredGroup) {
    this.#observePartitions(group);
    this.#observeEngines(group);
    this.#observePlaces(group);
    this.#observeThread(group);
  }

  replayed(samples: number): void {
    this.#replayed.inc(samples);
  }

  /** `delayMs` is null while the worker catches up. */
  appended(samples: number, delayMs: Millis | null): void {
    this.#appended.inc(samples);
    if (delayMs !== null) this.#appendDelay.observe(delayMs / 1000);
  }

  refused(reason: string, samples: number): void {
    this.#refused.inc({ reason }, samples);
  }

  damaged(): void {
    this.#damaged.inc();
  }

  close(): void {
    this.#loopDelay.disable();
  }

  #observePartitions({ statuses }: MeasuredGroup): void {
    const eachPartition = (name: string, help: string, read: (status: ConsumerStatus) => number) =>
      new Gauge({
        name,
        help,
        labelNames: ['partition'],
        registers: [this.registry],
        async collect() {
          for (const status of await statuses()) this.set({ partition: status.partition }, read(status));
        },
      });
    eachPartition(
      'tidemark_worker_log_lag_records',
      'Records of the log that are not consumed yet.',
      ({ position, end }) => end - position,
    );
    eachPartition(
      'tidemark_worker_log_lag_seconds',
      'Age of the newest record that was consumed, 0 when none is waiting.',
      ({ lagMs }) => lagMs / 1000,
    );
    eachPartition('tidemark_worker_log_position', 'Offset of the next record to consume.', ({ position }) => position);
  }

  #observeEngines({ stats }: MeasuredGroup): void {
    const overEngines = (name: string, help: string, read: (one: EngineStats) => number) =>
      new Gauge({
        name,
        help,
        registers: [this.registry],
        collect() {
          this.set(stats().reduce((sum, one) => sum + read(one), 0));
        },
      });
    overEngines('tidemark_head_series', 'Series in memory.', ({ headSeries }) => headSeries);
    overEngines('tidemark_head_samples', 'Samples in memory.', ({ headSamples }) => headSamples);
    overEngines('tidemark_head_bytes', 'What series and samples in memory take, as estimated for the limit.', ({ headBytes }) => headBytes);
    overEngines('tidemark_head_saved_bytes', 'Written so far to save what is in memory, for the next start.', (one) => one.headSavedBytes);
    overEngines(
      'tidemark_blocks_conflicts',
      'Samples that merges so far have left out, because an older block has another value of that time.',
      ({ conflicts }) => conflicts,
    );
    overEngines(
      'tidemark_rollups_left_out_samples',
      'Samples that are in no window: they came for windows that are there, of which raw samples have gone.',
      ({ leftOut }) => leftOut,
    );
    overEngines('tidemark_blocks', 'Blocks on disk.', ({ blocks }) => blocks.length);
    overEngines('tidemark_block_bytes', 'Bytes of the blocks on disk.', ({ blocks }) => blocks.reduce((sum, { bytes }) => sum + bytes, 0));
    overEngines('tidemark_tombstones', 'Deletions that still hold for something in blocks or in the log.', ({ tombstones }) => tombstones);
    overEngines('tidemark_blocks_quarantined', 'Blocks set aside because they are damaged.', ({ quarantined }) => quarantined.length);
  }

  #observePlaces({ stats }: MeasuredGroup): void {
    const byPlace = (name: string, help: string, read: (place: PlaceStats) => number) => {
      const Figure = name.endsWith('_total') ? Counter : Gauge;
      const figure: Counter<'place'> | Gauge<'place'> = new Figure({
        name,
        help,
        labelNames: ['place'],
        registers: [this.registry],
        collect() {
          figure.reset();
          for (const place of stats().flatMap(({ places }) => places)) figure.inc({ place: place.name }, read(place));
        },
      });
    };
    byPlace('tidemark_place_blocks', 'Blocks that lie in a place beyond the own disk.', ({ blocks }) => blocks);
    byPlace('tidemark_place_bytes', 'Bytes of the blocks that lie in a place.', ({ bytes }) => bytes);
    byPlace('tidemark_place_waiting_blocks', 'Blocks that are old enough for a place and wait for it.', ({ waiting }) => waiting.blocks);
    byPlace('tidemark_place_waiting_bytes', 'Bytes of the blocks that wait for a place.', ({ waiting }) => waiting.bytes);
    byPlace('tidemark_place_moved_blocks_total', 'Blocks that were brought to a place.', ({ movedBlocks }) => movedBlocks);
    byPlace('tidemark_place_moved_bytes_total', 'Bytes of the blocks that were brought to a place.', ({ movedBytes }) => movedBytes);
    byPlace('tidemark_place_requests_total', 'What was asked of an object store for reading.', ({ requests }) => requests);
    byPlace('tidemark_place_read_bytes_total', 'Bytes that an object store gave for reading.', ({ readBytes }) => readBytes);
    byPlace('tidemark_place_failures_total', 'What an object store was asked and did not do.', ({ failures }) => failures);
    byPlace('tidemark_place_cache_hits_total', 'Pages that were read from this disk.', ({ cacheHits }) => cacheHits);
    byPlace('tidemark_place_cache_misses_total', 'Pages that were asked of an object store.', ({ cacheMisses }) => cacheMisses);
  }

  #observeThread({ thread, calls }: MeasuredGroup): void {
    new Gauge({
      name: 'tidemark_worker_thread_calls',
      help: 'What a partition thread is answering, following the log and this question included.',
      labelNames: ['thread'],
      registers: [this.registry],
      collect() {
        this.set({ thread }, calls());
      },
    });
    const delay = this.#loopDelay;
    delay.enable();
    new Gauge({
      name: 'tidemark_worker_thread_loop_delay_seconds',
      help: 'How much later than planned a partition thread went on to the next thing, since it was last asked.',
      labelNames: ['thread', 'quantile'],
      registers: [this.registry],
      collect() {
        for (const quantile of [0.5, 0.99, 1]) {
          const seconds = Math.max(0, delay.percentile(quantile * 100) / 1e9 - LOOP_RESOLUTION_MS / 1000);
          this.set({ thread, quantile }, Number.isFinite(seconds) ? seconds : 0);
        }
        delay.reset();
      },
    });
    let before: EventLoopUtilization = performance.eventLoopUtilization();
    new Gauge({
      name: 'tidemark_worker_thread_utilization',
      help: 'The part of its time that a partition thread was at work, since it was last asked.',
      labelNames: ['thread'],
      registers: [this.registry],
      collect() {
        const now = performance.eventLoopUtilization();
        this.set({ thread }, performance.eventLoopUtilization(now, before).utilization);
        before = now;
      },
    });
    new Gauge({
      name: 'tidemark_worker_thread_heap_bytes',
      help: "What a partition thread's JavaScript heap takes.",
      labelNames: ['thread'],
      registers: [this.registry],
      collect() {
        this.set({ thread }, getHeapStatistics().total_heap_size);
      },
    });
  }
}
