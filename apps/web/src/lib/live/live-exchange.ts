/**
 * One stream for the whole browser: the queries of all its tabs as one subscription, each tick dealt out to those who asked. Lives in
 * a SharedWorker; here it knows only ports, so a test is a tab.
 *
 *   tab 1 ──watch a, b──▶                    ──1:a 1:b 2:a──▶
 *   tab 2 ──watch a ────▶    exchange                            one stream
 *         ◀──tick─────────                   ◀──tick─────────
 *
 * Invariant: a query's `fromMs` is the first point that its tab has not been sent, so a new stream goes on where the last one stopped.
 */
import type { LiveQuery, LiveTick } from '@tidemark/rpc';
import { LIVE_QUERIES_MAX, LIVE_RESUBSCRIBE_MS, LIVE_UNHEARD_TICKS_MAX } from '../limits.ts';
import type { FromTab, ToTab } from './live-messages.ts';
import type { OpenStream } from './live-stream.ts';

export class LiveExchange {
  readonly #open: OpenStream;
  readonly #tabs = new Map<number, Tab>();
  #nextTab = 0;
  #close: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(open: OpenStream) {
    this.#open = open;
  }

  /** A tab has come; the returned function takes what it says. */
  join(send: (message: ToTab) => void): (message: FromTab) => void {
    const id = this.#nextTab++;
    send({ kind: 'welcome' });
    return (message) => {
      switch (message.kind) {
        case 'watch':
          this.#tabs.set(id, { send, queries: new Map(message.queries.map((query) => [query.id, query])), unheardTicks: 0 });
          return this.#reopenSoon();
        case 'unwatch':
          return this.#leave(id);
        case 'heard': {
          const tab = this.#tabs.get(id);
          if (tab !== undefined) tab.unheardTicks = 0;
        }
      }
    };
  }

  #leave(id: number): void {
    if (this.#tabs.delete(id)) this.#reopenSoon();
  }

  #reopenSoon(): void {
    this.#timer ??= setTimeout(() => this.#reopen(), LIVE_RESUBSCRIBE_MS);
  }

  #reopen(): void {
    this.#timer = null;
    this.#close?.();
    this.#close = null;
    const queries = [...this.#tabs].flatMap(([tab, { queries }]) =>
      [...queries.values()].map((query) => ({ ...query, id: `${tab}:${query.id}` })),
    );
    if (queries.length === 0) return;
    this.#close = this.#open(queries.slice(0, LIVE_QUERIES_MAX), {
      onTick: (tick) => this.#deal(tick),
      onError: () => {
        const tabs = [...this.#tabs.values()];
        this.#tabs.clear();
        this.#close = null;
        for (const { send } of tabs) send({ kind: 'lost' });
      },
    });
  }

  #deal(tick: LiveTick): void {
    const results = new Map<number, LiveTick['results'][number][]>();
    for (const { id, result } of tick.results) {
      const colon = id.indexOf(':');
      const [tabId, queryId] = [Number(id.slice(0, colon)), id.slice(colon + 1)];
      const query = this.#tabs.get(tabId)?.queries.get(queryId);
      if (query === undefined) continue;
      this.#tabs.get(tabId)?.queries.set(queryId, advanced(query, result));
      const own = results.get(tabId) ?? [];
      own.push({ id: queryId, result });
      results.set(tabId, own);
    }
    for (const [id, tab] of this.#tabs) {
      tab.send({ kind: 'tick', tick: { watermarkMs: tick.watermarkMs, results: results.get(id) ?? [] } });
      // A tab that crashed says no farewell.
      if (++tab.unheardTicks > LIVE_UNHEARD_TICKS_MAX) this.#leave(id);
    }
  }
}

interface Tab {
  readonly send: (message: ToTab) => void;
  readonly queries: Map<string, LiveQuery>;
  unheardTicks: number;
}

function advanced(query: LiveQuery, result: LiveTick['results'][number]['result']): LiveQuery {
  if (result.kind !== 'matrix' || result.matrix.count === 0) return query;
  return { ...query, fromMs: result.matrix.startMs + result.matrix.count * result.matrix.stepMs };
}
