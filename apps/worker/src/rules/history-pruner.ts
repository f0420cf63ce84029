import type { Clock, Millis } from '@tidemark/base';
import type { Logger, Service } from '@tidemark/base/service';
import { PRUNE_EVERY_MS } from './limits.ts';

/** Something that grows with time. */
interface Prunable {
  pruneBefore(atMs: Millis): Promise<number>;
}

/** Removes what is older than it is kept. */
export class HistoryPruner implements Service {
  readonly name = 'alert history';
  readonly #histories: readonly Prunable[];
  readonly #keptMs: Millis;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(histories: readonly Prunable[], keptMs: Millis, clock: Clock, logger: Logger) {
    this.#histories = histories;
    this.#keptMs = keptMs;
    this.#clock = clock;
    this.#logger = logger;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const history of this.#histories) {
        await history
          .pruneBefore(this.#clock.now() - this.#keptMs)
          .catch((error: Error) => this.#logger.error({ error: error.message }, 'old alert history cannot be removed'));
      }
      await this.#clock.sleep(PRUNE_EVERY_MS, signal);
    }
  }

  async drain(): Promise<void> {}
}
