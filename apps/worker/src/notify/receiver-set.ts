import type { ReceiverStore } from '@tidemark/db';
import type { Receiver } from '@tidemark/rpc';
import { type Matcher, matchesAll } from '@tidemark/tsdb/model';
import type { BookedAlert } from '../rules/alert-book.ts';
import { parseMatchers } from './matchers.ts';

/** The receivers as they are saved, secrets included, with their matchers ready. */
export interface ReadyReceiver {
  readonly tenant: string;
  readonly receiver: Receiver;
  readonly matchers: readonly Matcher[];
}

export class ReceiverSet {
  readonly #store: ReceiverStore;
  #receivers = new Map<string, ReadyReceiver>();
  #stamp: string | null = null;
  #reading: Promise<void> = Promise.resolve();

  constructor(store: ReceiverStore) {
    this.#store = store;
  }

  /** Rises with every reading that changed something. */
  revision = 0;

  /** Null as well when it is disabled: nothing goes there. */
  get(tenant: string, id: string): ReadyReceiver | null {
    return this.#receivers.get(`${tenant}/${id}`) ?? null;
  }

  /** Those that want to hear of the alert. */
  *for({ tenant, instance }: BookedAlert): Generator<ReadyReceiver> {
    for (const ready of this.#receivers.values()) {
      if (ready.tenant === tenant && matchesAll(ready.matchers, (name) => instance.labels.get(name))) yield ready;
    }
  }

  async refresh(): Promise<void> {
    if ((await this.#store.stamp()) !== this.#stamp) await this.reload();
  }

  /** One after the other, so that the last one asked for is what stays. */
  reload(): Promise<void> {
    this.#reading = this.#reading.catch(() => {}).then(() => this.#read());
    return this.#reading;
  }

  async #read(): Promise<void> {
    const stamp = await this.#store.stamp();
    const receivers = new Map<string, ReadyReceiver>();
    for (const { tenant, receiver } of await this.#store.listAll()) {
      const parsed = parseMatchers(receiver.matchers);
      if (receiver.enabled && parsed.kind === 'matchers') {
        receivers.set(`${tenant}/${receiver.id}`, { tenant, receiver, matchers: parsed.matchers });
      }
    }
    this.#receivers = receivers;
    this.#stamp = stamp;
    this.revision++;
  }
}
