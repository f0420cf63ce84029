/** Milliseconds since the Unix epoch, an integer. */
export type Millis = number;

/** Time is a parameter: the core never calls `Date.now`. */
export interface Clock {
  now(): Millis;
  /** Milliseconds with fractions that only rise, whoever sets the time: for lengths, and for slices of work. */
  monotonicMs(): number;
  /** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Resolves when whatever else waits for this thread has had its turn. */
  turn(): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done);
    }),
  turn: () => new Promise((resolve) => setImmediate(resolve)),
};
