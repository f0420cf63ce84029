/**
 * One live stream for the whole page. Panels add their queries and take them away; the hub keeps a single subscription over all of
 * them and opens it anew, a little later, when the set has changed. Each query remembers what has arrived, so a new stream goes on
 * where the last one stopped. A hidden page holds no stream at all: browsers allow six connections to one origin.
 */
import type { LiveTick, QueryProblem } from '@tidemark/rpc';
import { LIVE_QUERIES_MAX, LIVE_RESUBSCRIBE_MS } from '../limits.ts';
import { decodeMatrix } from '../matrix.ts';
import type { LiveColumns } from './live-columns.ts';
import type { OpenStream } from './live-stream.ts';

export interface LiveListener {
  /** The columns have grown, or just time has passed. `problem` is this query's own. */
  onTick(watermarkMs: number, problem: QueryProblem | null): void;
}

interface Entry {
  readonly expr: string;
  readonly columns: LiveColumns;
  readonly fromMs: number;
  readonly listener: LiveListener;
}

export class LiveHub {
  readonly #open: OpenStream;
  readonly #entries = new Map<string, Entry>();
  #close: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #nextId = 0;
  #hidden = false;

  constructor(open: OpenStream) {
    this.#open = open;
  }

  /** `columns` hold the history; points from `fromMs` on are wanted. Returns the way to take the query away. */
  add(expr: string, columns: LiveColumns, fromMs: number, listener: LiveListener): () => void {
    const id = String(this.#nextId++);
    this.#entries.set(id, { expr, columns, fromMs, listener });
    this.#changed(LIVE_RESUBSCRIBE_MS);
    return () => {
      this.#entries.delete(id);
      this.#changed(LIVE_RESUBSCRIBE_MS);
    };
  }

  setHidden(hidden: boolean): void {
    if (hidden === this.#hidden) return;
    this.#hidden = hidden;
    this.#changed(0);
  }

  #changed(afterMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#reopen(), afterMs);
  }

  #reopen(): void {
    this.#timer = null;
    this.#close?.();
    this.#close = null;
    if (this.#hidden || this.#entries.size === 0) return;
    const queries = [...this.#entries].slice(0, LIVE_QUERIES_MAX).map(([id, { expr, columns, fromMs }]) => ({
      id,
      expr,
      fromMs: columns.nextMs ?? fromMs,
      stepMs: columns.stepMs,
    }));
    this.#close = this.#open(queries, {
      onTick: (tick) => this.#deliver(tick),
      // The stream is gone for good: begin another one, with what has arrived since.
      onError: () => this.#changed(1000),
    });
  }

  #deliver(tick: LiveTick): void {
    const results = new Map(tick.results.map(({ id, result }) => [id, result]));
    for (const [id, { columns, listener }] of this.#entries) {
      const result = results.get(id);
      if (result?.kind === 'matrix') columns.append(decodeMatrix(result.matrix));
      listener.onTick(tick.watermarkMs, result?.kind === 'problem' ? result.problem : null);
    }
  }
}
