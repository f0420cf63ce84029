import { type Clock, type Millis, systemClock } from '../clock.ts';

/** A clock that stands still until it is moved; sleepers wake when it passes their time. Turns are the system's, and lengths with what it was moved. */
export class ManualClock implements Clock {
  #now: Millis;
  #movedMs = 0;
  #sleepers: { readonly at: Millis; readonly wake: () => void }[] = [];

  constructor(now: Millis = 1_700_000_000_000) {
    this.#now = now;
  }

  now(): Millis {
    return this.#now;
  }

  monotonicMs(): number {
    return systemClock.monotonicMs() + this.#movedMs;
  }

  turn(): Promise<void> {
    return systemClock.turn();
  }

  advance(ms: number): void {
    this.#now += ms;
    this.#movedMs += Math.max(0, ms);
    const due = this.#sleepers.filter((sleeper) => sleeper.at <= this.#now);
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.at > this.#now);
    for (const sleeper of due) sleeper.wake();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      this.#sleepers.push({ at: this.#now + ms, wake: resolve });
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
