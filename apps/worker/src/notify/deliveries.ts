import type { Clock, Prng } from '@tidemark/base';
import type { Logger } from '@tidemark/base/service';
import type { LedgerEntry, LedgerProgress, NotificationStore } from '@tidemark/db';
import { backOffMs } from './back-off.ts';
import { GIVE_UP_MS } from './limits.ts';
import type { Message } from './message.ts';
import type { NotifyMetrics } from './notify-metrics.ts';
import type { ReceiverSet } from './receiver-set.ts';
import type { Send } from './send.ts';

/**
 * Brings recorded messages to their receivers: a queue for each, in order, so that a receiver that is slow or away
 * delays nobody else's. What the ledger does not call sent or failed when the process dies is sent at the next start: a
 * message goes out at least once, and twice only if we died between its acceptance and our note of it.
 */
export interface DeliveriesOptions {
  readonly store: NotificationStore;
  readonly receivers: ReceiverSet;
  readonly send: Send;
  readonly webUrl: string;
  readonly clock: Clock;
  readonly random: Prng;
  readonly logger: Logger;
  readonly metrics: NotifyMetrics;
  /** Told when a message came to its end. */
  readonly onFinished: (entry: LedgerEntry) => void;
}

export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #queues = new Map<string, LedgerEntry[]>();
  readonly #working = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return [...this.#queues.values()].reduce((sum, queue) => sum + queue.length, 0);
  }

  add(entry: LedgerEntry): void {
    const key = `${entry.tenant}/${entry.receiverId}`;
    const queue = this.#queues.get(key);
    if (queue !== undefined) {
      queue.push(entry);
      return;
    }
    const own = [entry];
    this.#queues.set(key, own);
    const working = this.#work(key, own).finally(() => this.#working.delete(working));
    this.#working.add(working);
  }

  /** Attempts that are under way end; what waits stays in the ledger for the next start. */
  async drain(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#working);
  }

  async #work(key: string, queue: LedgerEntry[]): Promise<void> {
    while (queue.length > 0 && !this.#stop.signal.aborted) {
      await this.#deliver(queue[0]);
      queue.shift();
    }
    this.#queues.delete(key);
  }

  async #deliver(entry: LedgerEntry): Promise<void> {
    const { receivers, send, webUrl, clock, random } = this.#options;
    const { signal } = this.#stop;
    let { attempts } = entry;
    let firstDispatchMs = entry.dispatchedAtMs;
    while (!signal.aborted) {
      // Looked up each time, so that a corrected address is used at once.
      const ready = receivers.get(entry.tenant, entry.receiverId);
      if (ready === null) {
        return this.#finish(entry, {
          outcome: 'failed',
          attempts,
          error: 'the receiver was removed or disabled',
          dispatchedAtMs: firstDispatchMs,
          deliveredAtMs: null,
        });
      }
      attempts++;
      const dispatchedAtMs = clock.now();
      firstDispatchMs ??= dispatchedAtMs;
      const so = { attempts, dispatchedAtMs: firstDispatchMs, deliveredAtMs: null };
      const result = await send(ready.receiver.settings, messageOf(entry, webUrl, dispatchedAtMs));
      switch (result.kind) {
        case 'accepted':
          return this.#finish(entry, { ...so, outcome: 'sent', error: null, deliveredAtMs: clock.now() });
        case 'refused':
          return this.#finish(entry, { ...so, outcome: 'failed', error: result.error });
        case 'again':
          if (clock.now() - entry.createdAtMs >= GIVE_UP_MS) return this.#finish(entry, { ...so, outcome: 'failed', error: result.error });
          await this.#keep(entry, { ...so, outcome: 'retrying', error: result.error });
          await clock.sleep(backOffMs(attempts, result.afterMs, random), signal);
      }
    }
  }

  async #finish(entry: LedgerEntry, progress: LedgerProgress): Promise<void> {
    const { logger, metrics, onFinished } = this.#options;
    metrics.finished(entry, progress);
    if (progress.outcome === 'failed') {
      const { receiverName, groupLabels } = entry;
      logger.error({ receiver: receiverName, group: groupLabels, error: progress.error }, 'a notification was not delivered');
    }
    onFinished({ ...entry, ...progress });
    await this.#keep(entry, progress);
  }

  /** Until PostgreSQL has it, or we are to stop. */
  async #keep(entry: LedgerEntry, progress: LedgerProgress): Promise<void> {
    const { store, clock, random, logger } = this.#options;
    for (let failures = 1; ; failures++) {
      try {
        await store.progress(entry.id, progress);
        return;
      } catch (error) {
        logger.error({ error: (error as Error).message }, 'the ledger of notifications cannot be written yet');
        if (this.#stop.signal.aborted) return;
        await clock.sleep(backOffMs(failures, null, random), this.#stop.signal);
      }
    }
  }
}

function messageOf(entry: LedgerEntry, webUrl: string, dispatchedAtMs: number): Message {
  const { receiverId, receiverName, groupKey, groupLabels, status, alerts, sampleAtMs, evaluatedAtMs } = entry;
  return { receiverId, receiverName, groupKey, groupLabels, status, alerts, webUrl, sampleAtMs, evaluatedAtMs, dispatchedAtMs };
}
