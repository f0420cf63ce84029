import type { Clock, Millis, Prng } from '@tidemark/base';
import { OBJECT_UPLOAD_BYTES_PER_MS, STORE_PATIENCE } from '../limits.ts';
import {
  type ArchiveState,
  type ListPage,
  type ObjectBody,
  type ObjectHead,
  type ObjectStore,
  ObjectStoreError,
  type PutOptions,
} from './object-store.ts';

/** How long an object store is waited for. */
export interface Patience {
  /** One try. */
  readonly tryMs: Millis;
  /** Before the second one; each later one waits twice as long, by chance up to a half less. */
  readonly pauseMs: Millis;
  /** All tries together begin within this. */
  readonly triesMs: Millis;
  /** After that many of them have failed the store is away: for as long nothing is asked, and then one thing first. */
  readonly restMs: Millis;
}

/**
 * A store that is tried again while it is away, and left alone for a while when that has not helped: then everybody is told at once, so
 * that a query which needs fifty blocks does not wait for each.
 *
 *   near ──an operation has used up its tries──▶ away ──restMs──▶ one operation tries, once ──succeeds──▶ near
 *                                                 ▲                        └──fails──┐
 *                                                 └───────────────────────────────────┘
 */
export class PatientStore implements ObjectStore {
  readonly name: string;
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #random: Prng;
  readonly #patience: Patience;
  #away: { readonly error: ObjectStoreError; untilMs: number } | null = null;

  constructor(store: ObjectStore, clock: Clock, random: Prng, patience = STORE_PATIENCE) {
    this.name = store.name;
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
    this.#patience = patience;
  }

  put(key: string, body: ObjectBody, { signal, ...options }: PutOptions = {}): Promise<'stored' | 'exists'> {
    return this.#try(signal, body.bytes, (ended) => this.#store.put(key, body, { ...options, signal: ended }));
  }

  get(key: string, at: number, bytes: number, signal?: AbortSignal): Promise<Uint8Array> {
    return this.#try(signal, 0, (ended) => this.#store.get(key, at, bytes, ended));
  }

  head(key: string, signal?: AbortSignal): Promise<ObjectHead | null> {
    return this.#try(signal, 0, (ended) => this.#store.head(key, ended));
  }

  list(prefix: string, after?: string, signal?: AbortSignal): Promise<ListPage> {
    return this.#try(signal, 0, (ended) => this.#store.list(prefix, after, ended));
  }

  delete(key: string, signal?: AbortSignal): Promise<void> {
    return this.#try(signal, 0, (ended) => this.#store.delete(key, ended));
  }

  restore(key: string, days: number, signal?: AbortSignal): Promise<ArchiveState> {
    return this.#try(signal, 0, (ended) => this.#store.restore(key, days, ended));
  }

  async #try<T>(signal: AbortSignal | undefined, bytes: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { pauseMs, triesMs, restMs } = this.#patience;
    const begunMs = this.#clock.monotonicMs();
    const isProbe = this.#away !== null;
    if (this.#away !== null) {
      if (begunMs < this.#away.untilMs) throw this.#away.error;
      this.#away.untilMs = begunMs + restMs; // The others go on being told at once.
    }
    for (let pause = pauseMs; ; pause *= 2) {
      try {
        const value = await this.#once(signal, bytes, work);
        this.#away = null;
        return value;
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        if (!(error instanceof ObjectStoreError)) throw error;
        if (error.kind !== 'away') {
          this.#away = null; // It has answered.
          throw error;
        }
        const nowMs = this.#clock.monotonicMs();
        if (isProbe || nowMs + pause - begunMs > triesMs) {
          this.#away = { error, untilMs: nowMs + restMs };
          throw error;
        }
        await this.#clock.sleep(Math.ceil(pause * (1 - this.#random.next() / 2)), signal);
      }
    }
  }

  /** Whether or not the store heeds the signal, the waiting ends. */
  async #once<T>(signal: AbortSignal | undefined, bytes: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const ended = new AbortController();
    const tryMs = this.#patience.tryMs + Math.ceil(bytes / OBJECT_UPLOAD_BYTES_PER_MS);
    const overdue = this.#clock.sleep(tryMs, ended.signal).then(() => {
      if (ended.signal.aborted) return;
      throw new ObjectStoreError('away', `${this.name} has not answered within ${Math.round(tryMs / 1000)} s`);
    });
    const cancelled = Promise.withResolvers<never>();
    const cancel = () => cancelled.reject(signal?.reason);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      const working = work(ended.signal);
      return await Promise.race([working, overdue.then(() => working), cancelled.promise]);
    } finally {
      signal?.removeEventListener('abort', cancel);
      ended.abort();
    }
  }
}
