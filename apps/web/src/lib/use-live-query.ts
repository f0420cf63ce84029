'use client';

/**
 * A query that keeps itself current: its history once, then the points that the page's one live stream brings. When `live` is
 * false it is the history alone.
 */
import { useMemo, useSyncExternalStore } from 'react';
import type { History } from './history.ts';
import { LIVE_STALE_MS, POINTS_MAX } from './limits.ts';
import { LiveColumns } from './live/live-columns.ts';
import type { LiveHub } from './live/live-hub.ts';
import { useLiveHub } from './live/use-live-hub.ts';
import type { QueryView } from './query-view.ts';
import { type RangeRequest, useHistory, viewOf } from './use-range-query.ts';
import { useSameArray } from './use-same-array.ts';

export interface LiveRequest extends RangeRequest {
  readonly live: boolean;
}

export function useLiveQuery(request: LiveRequest): QueryView {
  return useLiveQueries([request])[0];
}

/** The queries of one panel; they re-render it together, once for each tick. */
export function useLiveQueries(requests: readonly LiveRequest[]): QueryView[] {
  const hub = useLiveHub();
  const results = useHistory(requests);
  // A session lives as long as its histories do: a new answer begins a new one.
  const histories = useSameArray(results.map(({ answer }) => answer));
  const key = requests.map((request) => `${request.live && request.enabled !== false}\u0000${request.expr}`).join('\u0001');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the requests are new at each render; what matters of them is in the key.
  const session = useMemo(() => new LiveSession(hub, requests, histories), [hub, key, histories]);
  const live = useSyncExternalStore(session.subscribe, session.get, session.get);
  return results.map((result, i) => live[i] ?? viewOf(result));
}

/** From mount to unmount of one set of histories: the columns, and the views made of them at each tick. */
class LiveSession {
  readonly #hub: LiveHub;
  readonly #parts: readonly (LivePart | null)[];
  #views: readonly (QueryView | null)[];
  #removes: (() => void)[] = [];
  #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setInterval> | null = null;
  #scheduled = false;

  constructor(hub: LiveHub, requests: readonly LiveRequest[], histories: readonly (History | undefined)[]) {
    this.#hub = hub;
    this.#parts = requests.map((request, i) => {
      const history = histories[i];
      const wanted = request.live && request.enabled !== false && history !== undefined && history.problem === null;
      return wanted ? new LivePart(request, history) : null;
    });
    this.#views = this.#parts.map((part) => part?.view() ?? null);
  }

  readonly get = (): readonly (QueryView | null)[] => this.#views;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#start();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#stop();
    };
  };

  #start(): void {
    const parts = this.#parts.filter((part) => part !== null);
    if (parts.length === 0) return;
    this.#removes = parts.map((part) =>
      this.#hub.add(part.expr, part.columns, part.fromMs, {
        onTick: (watermarkMs, problem) => {
          part.tick(watermarkMs, problem);
          this.#publishSoon();
        },
      }),
    );
    this.#timer = setInterval(() => {
      if (parts.some((part) => part.turnedStale())) this.#publish();
    }, 1000);
  }

  #stop(): void {
    for (const remove of this.#removes) remove();
    this.#removes = [];
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /** The queries of a panel tick one after the other, in one message: one render for all. */
  #publishSoon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#publish();
    });
  }

  #publish(): void {
    this.#views = this.#parts.map((part) => part?.view() ?? null);
    for (const listener of this.#listeners) listener();
  }
}

class LivePart {
  readonly expr: string;
  readonly columns: LiveColumns;
  readonly fromMs: number;
  readonly #history: History;
  readonly #spanMs: number;
  #toMs: number;
  #tickedAtMs = Date.now();
  #stale = false;
  #problem: QueryView['problem'] = null;

  constructor(request: LiveRequest, history: History) {
    this.expr = request.expr;
    this.fromMs = history.endMs + history.stepMs;
    this.#history = history;
    this.#spanMs = request.range.toMs - request.range.fromMs;
    this.#toMs = request.range.toMs;
    this.columns = new LiveColumns(history.stepMs, Math.min(POINTS_MAX, Math.ceil(this.#spanMs / history.stepMs)) + 2);
    if (history.matrix !== null) this.columns.append(history.matrix);
  }

  tick(watermarkMs: number, problem: QueryView['problem']): void {
    if (problem === null) this.#toMs = Math.max(this.#toMs, watermarkMs); // Else what is shown grows old.
    this.#tickedAtMs = Date.now();
    this.#stale = false;
    this.#problem = problem;
  }

  turnedStale(): boolean {
    if (this.#stale || Date.now() - this.#tickedAtMs < LIVE_STALE_MS) return false;
    this.#stale = true;
    return true;
  }

  view(): QueryView {
    const frame = this.columns.frame(this.#toMs - this.#spanMs, this.#toMs, this.#history.stretches);
    const filled = frame.series.length === 0 ? 'empty' : this.#stale ? 'stale' : 'ready';
    return {
      status: this.#problem === null ? filled : 'problem',
      frame,
      problem: this.#problem,
      cost: this.#history.cost,
      notes: this.#history.notes,
      updatedAtMs: this.#toMs,
      refreshing: false,
    };
  }
}
