/**
 * Whose turn it is: at most `runningMax` at once; the rest wait, tenant by tenant in turn, so that one tenant's
 * hundred queries delay another's one by at most one. Pure bookkeeping: it knows nothing of queries.
 */
export type Admitted =
  | { readonly kind: 'admitted'; readonly release: () => void }
  | { readonly kind: 'full' }
  | { readonly kind: 'canceled' };

interface Waiter {
  readonly admit: (admitted: Admitted) => void;
}

export class Admission {
  readonly #runningMax: number;
  readonly #waitingMax: number;
  /** The tenants that wait, in the order of their turns. */
  readonly #queues = new Map<string, Set<Waiter>>();
  #running = 0;
  #waiting = 0;

  constructor(runningMax: number, waitingMax: number) {
    this.#runningMax = runningMax;
    this.#waitingMax = waitingMax;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Null where it would have to wait, or nobody waits for it any more. */
  enterNow(signal: AbortSignal | undefined): (Admitted & { readonly kind: 'admitted' }) | null {
    return this.#running < this.#runningMax && !signal?.aborted ? this.#start() : null;
  }

  enter(tenant: string, signal: AbortSignal): Promise<Admitted> {
    if (signal.aborted) return Promise.resolve({ kind: 'canceled' });
    const admitted = this.enterNow(signal);
    if (admitted !== null) return Promise.resolve(admitted);
    if (this.#waiting >= this.#waitingMax) return Promise.resolve({ kind: 'full' });
    return new Promise((resolve) => {
      const giveUp = () => {
        this.#forget(tenant, waiter);
        resolve({ kind: 'canceled' });
      };
      const waiter: Waiter = {
        admit: (admitted) => {
          signal.removeEventListener('abort', giveUp);
          resolve(admitted);
        },
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting++;
      const queue = this.#queues.get(tenant);
      if (queue === undefined) this.#queues.set(tenant, new Set([waiter]));
      else queue.add(waiter);
    });
  }

  #start(): Admitted & { readonly kind: 'admitted' } {
    this.#running++;
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      this.#running--;
      this.#next();
    };
    return { kind: 'admitted', release };
  }

  #next(): void {
    const turn = this.#queues.entries().next();
    if (turn.done) return;
    const [tenant, queue] = turn.value;
    const waiter = queue.values().next().value as Waiter;
    this.#forget(tenant, waiter);
    // To the end of the row: the other tenants come first now.
    if (this.#queues.delete(tenant)) this.#queues.set(tenant, queue);
    waiter.admit(this.#start());
  }

  #forget(tenant: string, waiter: Waiter): void {
    const queue = this.#queues.get(tenant);
    if (queue === undefined || !queue.delete(waiter)) return;
    this.#waiting--;
    if (queue.size === 0) this.#queues.delete(tenant);
  }
}
