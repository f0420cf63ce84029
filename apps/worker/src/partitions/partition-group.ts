import type { Clock } from '@tidemark/base';
import type { Logger } from '@tidemark/base/service';
import { type LogSource, RecordDecoder } from '@tidemark/log';
import { type Engine, fanOut, type Queryable } from '@tidemark/tsdb';
import { PartitionConsumer } from '../consume/partition-consumer.ts';
import { PROGRESS_EVERY_MS } from '../limits.ts';
import { SampleTally } from '../status/sample-tally.ts';
import type { ConsumerStatus, GroupReport, PartitionProgress } from './calls.ts';
import { GroupMetrics } from './group-metrics.ts';

/** The partitions that one thread owns: each has its reader of the log, its decoder, and its engine. */
export interface PartitionGroupOptions {
  readonly thread: number;
  readonly source: LogSource;
  readonly engines: ReadonlyMap<number, Engine>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** That are being answered. */
  readonly calls: () => number;
  /** When a tick may have come or readiness has changed, at most once each `PROGRESS_EVERY_MS`. */
  readonly onProgress: (partitions: readonly PartitionProgress[]) => void;
}

export class PartitionGroup {
  readonly source: LogSource;
  readonly engines: readonly Engine[];
  readonly consumers: readonly PartitionConsumer[];
  /** All partitions as one, for what is no leaf. */
  readonly queryable: Queryable;
  readonly metrics: GroupMetrics;
  readonly #tally: SampleTally;
  readonly #stop = new AbortController();
  readonly #onProgress: PartitionGroupOptions['onProgress'];
  #running: Promise<void> = Promise.resolve();
  #telling: NodeJS.Timeout | null = null;
  #told: readonly PartitionProgress[] = [];

  constructor({ thread, source, engines, clock, logger, calls, onProgress }: PartitionGroupOptions) {
    this.source = source;
    this.engines = [...engines.values()];
    this.queryable = fanOut(this.engines);
    this.#tally = new SampleTally(clock);
    this.#onProgress = onProgress;
    const listener = {
      appended: (partition: PartitionConsumer, samples: number, acceptedAtMs: number) => {
        if (!partition.replayed) {
          this.metrics.replayed(samples);
          return;
        }
        this.#tally.appended(samples, !partition.isCurrent);
        this.metrics.appended(samples, partition.isCurrent ? Math.max(0, clock.now() - acceptedAtMs) : null);
      },
      refused: (_partition: PartitionConsumer, reason: string, samples: number, example: string) => {
        this.#tally.refused(reason, samples, example);
        this.metrics.refused(reason, samples);
      },
      damaged: () => this.metrics.damaged(),
      progressed: () => this.#progressed(),
    };
    this.consumers = Array.from(engines, ([partition, engine]) => {
      const decoder = new RecordDecoder(`partition ${partition}`, engine.openEpochs);
      return new PartitionConsumer({ partition, source, engine, decoder, clock, logger, listener });
    });
    this.metrics = new GroupMetrics({
      thread,
      stats: () => this.engines.map((engine) => engine.stats()),
      statuses: () => this.#statuses(),
      calls,
    });
  }

  get progress(): readonly PartitionProgress[] {
    return this.consumers.map((consumer) => consumer.progress);
  }

  /** Follows the log until stopped; rejects when a partition fails. */
  run(): Promise<void> {
    this.#running = Promise.all(this.consumers.map((consumer) => consumer.run(this.#stop.signal))).then(() => {});
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running.catch(() => {}); // Its failure was reported by `run`.
    this.metrics.close();
    if (this.#telling !== null) clearTimeout(this.#telling);
  }

  /** Stops, and writes what is in memory into blocks. */
  async drain(): Promise<void> {
    await this.stop();
    for (const consumer of this.consumers) await consumer.drain();
    await this.source.close();
  }

  report(): GroupReport {
    return {
      tally: this.#tally.tally,
      partitions: this.consumers.map((consumer, i) => ({ status: consumer.status, stats: this.engines[i].stats() })),
    };
  }

  async #statuses(): Promise<readonly ConsumerStatus[]> {
    await Promise.all(this.consumers.map((consumer) => consumer.probe()));
    return this.consumers.map((consumer) => consumer.status);
  }

  #progressed(): void {
    if (this.#telling !== null || !this.consumers.some(({ progress }, i) => isNews(progress, this.#told[i]))) return;
    this.#telling = setTimeout(() => {
      this.#telling = null;
      this.#told = this.progress;
      this.#onProgress(this.#told);
    }, PROGRESS_EVERY_MS);
  }
}

/** Ticks are whole seconds: within one, who waits for them has nothing to learn. */
function isNews(progress: PartitionProgress, told: PartitionProgress | undefined): boolean {
  if (told === undefined || progress.notReady !== told.notReady) return true;
  return Math.floor(progress.consumedToMs / 1000) > Math.floor(told.consumedToMs / 1000);
}
