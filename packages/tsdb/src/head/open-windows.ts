import type { Millis } from '@tidemark/base';
import { BACKFILL_REST_MS, WINDOW_MS, windowOf } from '../limits.ts';
import type { TimeRange } from '../model/time-range.ts';

/**
 * Which windows have samples that are only in memory, and from where the log would give them back.
 * A window being written to a block is `detached`: still needed for replay, but no longer added to, so that
 * what arrives meanwhile is counted anew.
 */
export interface OpenWindow {
  readonly startMs: Millis;
  /** Between these all its samples lie. */
  fromMs: Millis;
  toMs: Millis;
  /** The least epoch offset of the batches that put samples into it. */
  replayFrom: number;
  /** When a sample was first and last put into it, by the machine's clock. */
  openedMs: Millis;
  touchedMs: Millis;
  /** It was over already when the first one came. */
  readonly isOld: boolean;
}

export class OpenWindows {
  readonly #open = new Map<Millis, OpenWindow>();
  readonly #detached = new Map<Millis, OpenWindow>();

  touch(atMs: Millis, epochOffset: number, nowMs: Millis, isOld: boolean): void {
    const startMs = windowOf(atMs);
    this.#include({ startMs, fromMs: atMs, toMs: atMs, replayFrom: epochOffset, openedMs: nowMs, touchedMs: nowMs, isOld });
  }

  all(): OpenWindow[] {
    return [...this.#open.values(), ...this.#detached.values()];
  }

  restore(windows: readonly OpenWindow[]): void {
    for (const window of windows) this.#include(window);
  }

  /** The times between which everything in memory lies; null when nothing is. */
  extent(): TimeRange | null {
    const all = this.all();
    if (all.length === 0) return null;
    return { fromMs: Math.min(...all.map((window) => window.fromMs)), toMs: Math.max(...all.map((window) => window.toMs)) };
  }

  /** Infinity when nothing is only in memory. `without` is about to be in a block. */
  replayFrom(without: Millis | null = null): number {
    let least = Number.POSITIVE_INFINITY;
    for (const window of this.#open.values()) least = Math.min(least, window.replayFrom);
    for (const window of this.#detached.values()) if (window.startMs !== without) least = Math.min(least, window.replayFrom);
    return least;
  }

  starts(): Millis[] {
    return [...this.#open.keys()].sort((a, b) => a - b);
  }

  /** Windows that are over, or that no sample has reached for as long as one may be late; old ones rest for a while, in which more may come. */
  due(newestMs: Millis, lateWindowMs: Millis, nowMs: Millis): Millis[] {
    const isDue = ({ startMs, openedMs, touchedMs, isOld }: OpenWindow) => {
      if (isOld) return nowMs - touchedMs >= BACKFILL_REST_MS || nowMs - openedMs >= lateWindowMs;
      return newestMs - lateWindowMs >= startMs + WINDOW_MS || nowMs - touchedMs >= lateWindowMs;
    };
    return this.starts().filter((start) => isDue(this.#open.get(start) as OpenWindow));
  }

  detach(startMs: Millis): void {
    const window = this.#open.get(startMs);
    if (window === undefined) return;
    this.#open.delete(startMs);
    this.#detached.set(startMs, window);
  }

  /** From where the log gives back what is being written. */
  detachedFrom(startMs: Millis): number {
    return this.#detached.get(startMs)?.replayFrom ?? Number.POSITIVE_INFINITY;
  }

  /** Its block is live. */
  written(startMs: Millis): void {
    this.#detached.delete(startMs);
  }

  /** Its block could not be written. */
  reattach(startMs: Millis): void {
    const window = this.#detached.get(startMs);
    if (window === undefined) return;
    this.#detached.delete(startMs);
    this.#include(window);
  }

  #include(more: OpenWindow): void {
    const window = this.#open.get(more.startMs);
    if (window === undefined) {
      this.#open.set(more.startMs, more);
      return;
    }
    window.fromMs = Math.min(window.fromMs, more.fromMs);
    window.toMs = Math.max(window.toMs, more.toMs);
    window.replayFrom = Math.min(window.replayFrom, more.replayFrom);
    window.openedMs = Math.min(window.openedMs, more.openedMs);
    window.touchedMs = Math.max(window.touchedMs, more.touchedMs);
  }
}
