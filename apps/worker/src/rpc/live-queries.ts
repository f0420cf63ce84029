import type { Service } from '@tidemark/base/service';
import type { LiveQuery, LiveTick, RangeResult } from '@tidemark/rpc';
import type { TickSource } from '../consume/ticks.ts';
import { RANGE_POINTS_MAX } from '../limits.ts';
import type { Grid } from './encode-matrix.ts';

/**
 * Keeps queries current for whoever watches: at each tick, the points whose step is over since the last one.
 *
 * Subscribers that ask the same at a tick share one evaluation. A slow subscriber skips ticks and then gets all the
 * points since: it never loses one, and nothing queues up for it. Only a query that is further behind than a range
 * query may reach begins anew at its end.
 */
export class StoppingError extends Error {
  override readonly name = 'StoppingError';
}

export type EvaluateRange = (tenant: string, expr: string, grid: Grid) => Promise<RangeResult>;

export class LiveQueries implements Service {
  readonly name = 'live queries';
  readonly #ticks: TickSource;
  readonly #evaluate: EvaluateRange;
  readonly #stop = new AbortController();
  /** What subscribers have asked at the newest tick. */
  #shared = new Map<string, Promise<RangeResult>>();
  #sharedTickMs = Number.NEGATIVE_INFINITY;
  #subscribers = 0;

  constructor(ticks: TickSource, evaluate: EvaluateRange) {
    this.#ticks = ticks;
    this.#evaluate = evaluate;
  }

  get subscribers(): number {
    return this.#subscribers;
  }

  async run(): Promise<void> {}

  /** Ends every stream by `StoppingError`, so that its client knows to come back. */
  async drain(): Promise<void> {
    this.#stop.abort();
  }

  /**
   * Ends when `signal` aborts. The first tick comes at once, when there has been one.
   * Throws `StoppingError` when this process ends.
   */
  async *watch(tenant: string, queries: readonly LiveQuery[], signal: AbortSignal): AsyncGenerator<LiveTick> {
    const ended = AbortSignal.any([signal, this.#stop.signal]);
    const cursors = queries.map((query) => ({ query, nextMs: Math.ceil(query.fromMs / query.stepMs) * query.stepMs }));
    const seconds = new Seconds(this.#ticks);
    this.#subscribers++;
    try {
      for (;;) {
        const tickMs = await seconds.newer(ended);
        if (tickMs === null) break;
        this.#shareFrom(tickMs);
        const results: { id: string; result: RangeResult }[] = [];
        for (const cursor of cursors) {
          const grid = due(cursor.query.stepMs, cursor.nextMs, tickMs);
          if (grid === null) continue;
          const result = await this.#once(tenant, cursor.query.expr, grid);
          if (signal.aborted) return;
          // A query that ran out of time or turns is asked for the same points again at the next tick.
          if (result.kind === 'matrix' || !isPassing(result.problem.kind)) cursor.nextMs = grid.endMs + grid.stepMs;
          results.push({ id: cursor.query.id, result });
        }
        yield { watermarkMs: tickMs, results };
      }
      if (!signal.aborted) throw new StoppingError('the worker is stopping');
    } finally {
      this.#subscribers--;
      seconds.close();
    }
  }

  #shareFrom(tickMs: number): void {
    if (tickMs <= this.#sharedTickMs) return;
    this.#sharedTickMs = tickMs;
    this.#shared = new Map();
  }

  #once(tenant: string, expr: string, grid: Grid): Promise<RangeResult> {
    const key = JSON.stringify([tenant, expr, grid.startMs, grid.endMs, grid.stepMs]);
    let shared = this.#shared.get(key);
    if (shared === undefined) {
      shared = this.#evaluate(tenant, expr, grid);
      this.#shared.set(key, shared);
    }
    return shared;
  }
}

/** The steps from `nextMs` that are over at `tickMs`; null when none is. */
export function due(stepMs: number, nextMs: number, tickMs: number): Grid | null {
  const endMs = Math.floor(tickMs / stepMs) * stepMs;
  if (!(nextMs <= endMs)) return null;
  const startMs = Math.max(nextMs, endMs - (RANGE_POINTS_MAX - 1) * stepMs);
  return { startMs, endMs, stepMs };
}

function isPassing(kind: string): boolean {
  return kind === 'timeout' || kind === 'canceled' || kind === 'unavailable';
}

/** One subscriber's ticks: always the newest, those missed are skipped. */
class Seconds {
  readonly #unsubscribe: () => void;
  #newestMs: number;
  #takenMs = Number.NEGATIVE_INFINITY;
  #wake: () => void = () => {};

  constructor(ticks: TickSource) {
    this.#newestMs = Math.floor(ticks.watermarkMs / 1000) * 1000;
    this.#unsubscribe = ticks.subscribe((atMs) => {
      this.#newestMs = atMs;
      this.#wake();
    });
  }

  /** The newest tick, once there is one that was not taken yet; null when `signal` aborts. */
  async newer(signal: AbortSignal): Promise<number | null> {
    while (!signal.aborted && !(this.#newestMs > this.#takenMs)) {
      await new Promise<void>((resolve) => {
        const done = () => {
          signal.removeEventListener('abort', done);
          resolve();
        };
        this.#wake = done;
        signal.addEventListener('abort', done, { once: true });
      });
    }
    if (signal.aborted) return null;
    this.#takenMs = this.#newestMs;
    return this.#takenMs;
  }

  close(): void {
    this.#unsubscribe();
    this.#wake();
  }
}
