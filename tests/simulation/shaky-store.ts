import type { Clock, Prng } from '@tidemark/base';
import { type ObjectStore, ObjectStoreError } from '@tidemark/tsdb/object-store';

/** An object store that is away now and then: before it does what it is asked, after it has, or only after a long time. */
export class ShakyStore implements ObjectStore {
  readonly name: string;
  readonly #store: ObjectStore;
  readonly #random: Prng;
  readonly #clock: Clock;
  /** Of each request. */
  readonly #troubleChance: () => number;

  constructor(store: ObjectStore, random: Prng, clock: Clock, troubleChance: () => number) {
    this.name = store.name;
    this.#store = store;
    this.#random = random;
    this.#clock = clock;
    this.#troubleChance = troubleChance;
  }

  put(...asked: Parameters<ObjectStore['put']>): ReturnType<ObjectStore['put']> {
    return this.#answer(() => this.#store.put(...asked));
  }

  get(...asked: Parameters<ObjectStore['get']>): ReturnType<ObjectStore['get']> {
    return this.#answer(() => this.#store.get(...asked));
  }

  head(...asked: Parameters<ObjectStore['head']>): ReturnType<ObjectStore['head']> {
    return this.#answer(() => this.#store.head(...asked));
  }

  list(...asked: Parameters<ObjectStore['list']>): ReturnType<ObjectStore['list']> {
    return this.#answer(() => this.#store.list(...asked));
  }

  delete(...asked: Parameters<ObjectStore['delete']>): ReturnType<ObjectStore['delete']> {
    return this.#answer(() => this.#store.delete(...asked));
  }

  restore(...asked: Parameters<ObjectStore['restore']>): ReturnType<ObjectStore['restore']> {
    return this.#answer(() => this.#store.restore(...asked));
  }

  async #answer<T>(work: () => Promise<T>): Promise<T> {
    const random = this.#random;
    if (!random.chance(this.#troubleChance())) return work();
    const dice = random.next();
    if (dice < 0.3) await work();
    else if (dice < 0.6) await this.#clock.sleep(random.int(1, 600_000));
    throw new ObjectStoreError('away', 'the store does not answer');
  }
}
