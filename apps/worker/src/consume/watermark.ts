import type { Clock, Millis } from '@tidemark/base';
import type { Service } from '@tidemark/base/service';
import { READY_LAG_MS, SETTLE_MS } from '../limits.ts';
import type { TickSource } from './ticks.ts';

/** What a watermark is the least of. */
export interface ConsumedPartition {
  readonly consumedToMs: Millis;
  readonly replayed: boolean;
  /** Why it has not replayed, in words. */
  notReady(): string | null;
  probe(): Promise<unknown>;
}

/** The stream's time: the least over all partitions. Ticks begin when every partition has replayed. */
export class Watermark implements TickSource, Service {
  readonly name = 'watermark';
  readonly #clock: Clock;
  readonly #partitions: readonly ConsumedPartition[];
  readonly #listeners = new Set<(atMs: Millis) => void>();
  #watermarkMs: Millis = Number.NEGATIVE_INFINITY;
  #caughtUp = false;
  #tickMs: Millis = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, partitions: readonly ConsumedPartition[]) {
    this.#clock = clock;
    this.#partitions = partitions;
  }

  get watermarkMs(): Millis {
    return this.#watermarkMs;
  }

  subscribe(listener: (atMs: Millis) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Call it when a partition has progressed. */
  advance(): void {
    if (!this.#partitions.every((partition) => partition.replayed)) return;
    const leastMs = Math.min(...this.#partitions.map((partition) => partition.consumedToMs));
    this.#watermarkMs = Math.max(this.#watermarkMs, leastMs);
    const tickMs = Math.floor(this.#watermarkMs / 1000) * 1000;
    if (tickMs <= this.#tickMs || !Number.isFinite(tickMs)) return;
    this.#tickMs = tickMs;
    for (const listener of [...this.#listeners]) listener(tickMs);
  }

  /** Until the partitions have replayed and the first tick has come. */
  notReady(): string | null {
    const replaying = this.#partitions.map((partition) => partition.notReady()).find((reason) => reason !== null) ?? null;
    if (replaying !== null) return replaying;
    const behindMs = this.#clock.now() - this.#watermarkMs;
    this.#caughtUp ||= behindMs <= READY_LAG_MS;
    return this.#caughtUp ? null : 'catching up with what arrived during the replay';
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const nowMs = this.#clock.now();
      const dueMs = Math.floor((nowMs - SETTLE_MS) / 1000 + 1) * 1000 + SETTLE_MS;
      await this.#clock.sleep(dueMs - nowMs, signal);
      if (signal.aborted) return;
      await Promise.all(this.#partitions.map((partition) => partition.probe()));
      this.advance();
    }
  }

  async drain(): Promise<void> {
    this.#listeners.clear();
  }
}
