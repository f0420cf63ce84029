import type { Clock, Millis } from '@tidemark/base';
import type { Logger, Service } from '@tidemark/base/service';
import type { NotificationStore } from '@tidemark/db';
import type { BookedAlert } from '../rules/alert-book.ts';
import { RELOAD_MS } from '../rules/limits.ts';
import type { Deliveries } from './deliveries.ts';
import type { AlertGroups } from './groups.ts';
import type { ReceiverSet } from './receiver-set.ts';

/** From alerts to messages: groups what moved, records each message that is due in the ledger, and has it delivered. */
export interface NotifierOptions {
  readonly groups: AlertGroups;
  readonly receivers: ReceiverSet;
  readonly deliveries: Deliveries;
  readonly store: NotificationStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class Notifier implements Service {
  readonly name = 'notifications';
  readonly #options: NotifierOptions;
  #revision = 0;

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  /** Once, when the alerts' states are back: goes on where the ledger stands. */
  async restore(): Promise<void> {
    const { groups, receivers, store, deliveries } = this.#options;
    await receivers.reload();
    for (const entry of await store.newestOfGroups()) groups.said(entry);
    this.#regroup();
    for (const entry of await store.unfinished()) deliveries.add(entry);
  }

  /** After each tick. What cannot be recorded now is due at the next. */
  async tick(atMs: Millis, moved: readonly BookedAlert[]): Promise<void> {
    const { groups, receivers, store, deliveries, logger } = this.#options;
    if (receivers.revision !== this.#revision) this.#regroup();
    for (const alert of moved) groups.add(alert);
    const drafts = groups.due(atMs);
    if (drafts.length === 0) return;
    try {
      const recorded = await store.record(drafts);
      // A state that somebody else has recorded was said as well.
      for (const draft of drafts) groups.said({ ...draft, outcome: 'waiting' });
      for (const entry of recorded) deliveries.add(entry);
    } catch (error) {
      logger.error({ error: (error as Error).message }, 'notifications cannot be recorded yet');
    }
  }

  async run(signal: AbortSignal): Promise<void> {
    const { receivers, clock, logger } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(RELOAD_MS, signal);
      await receivers.refresh().catch((error: Error) => logger.error({ error: error.message }, 'receivers cannot be read'));
    }
  }

  drain(): Promise<void> {
    return this.#options.deliveries.drain();
  }

  #regroup(): void {
    this.#options.groups.regroup();
    this.#revision = this.#options.receivers.revision;
  }
}
