import type { LogSource } from '@tidemark/log';
import type { Deletion, DeletionOutcome, Engine } from '@tidemark/tsdb';

/** What an operator does to the whole store: all partitions of this worker, one after the other. */
export class Administration {
  readonly #source: Pick<LogSource, 'extent'>;
  readonly #engines: readonly Pick<Engine, 'deleteSamples' | 'cleanTombstones'>[];

  constructor(source: Pick<LogSource, 'extent'>, engines: readonly Pick<Engine, 'deleteSamples' | 'cleanTombstones'>[]) {
    this.#source = source;
    this.#engines = engines;
  }

  /** Deletes also what is acknowledged, and has not been consumed yet. */
  async deleteSamples(deletion: Deletion): Promise<DeletionOutcome> {
    for (const [partition, engine] of this.#engines.entries()) {
      const { end } = await this.#source.extent(partition);
      const outcome = await engine.deleteSamples(deletion, end);
      if (outcome.kind === 'refused') return outcome;
    }
    return { kind: 'deleted' };
  }

  async cleanTombstones(): Promise<void> {
    for (const engine of this.#engines) await engine.cleanTombstones();
  }
}
