import type { Labels } from '@tidemark/tsdb/model';
import type { ColumnsBuilder } from './columns.ts';

/**
 * Which series of one producer are alive, round by round. A series is alive when its last durable sample was a
 * value; one that is alive and not in a round is owed a stale marker. Nothing changes until `settle`: when the
 * log refused a round, the next one owes the same markers.
 */
export interface TrackedSeries {
  readonly labels: Labels;
  /** The round that last had it; 0 for none yet. */
  seenIn: number;
  alive: boolean;
}

export class LiveSeries<S extends TrackedSeries> {
  #alive: S[];
  #current: S[] = [];
  /** How many of these are alive. */
  #aliveSeen = 0;
  #round = 0;

  constructor(alive: S[] = []) {
    this.#alive = alive;
  }

  get alive(): readonly S[] {
    return this.#alive;
  }

  begin(): void {
    this.#round++;
    this.#current = [];
    this.#aliveSeen = 0;
  }

  /** Is it in this round already? */
  has(series: S): boolean {
    return series.seenIn === this.#round;
  }

  add(series: S): void {
    series.seenIn = this.#round;
    this.#current.push(series);
    if (series.alive) this.#aliveSeen++;
  }

  /** A stale marker for each live series that the round does not have. */
  addEnds(samples: ColumnsBuilder, timeMs: number): void {
    if (this.#aliveSeen === this.#alive.length) return;
    for (const series of this.#alive) if (series.seenIn !== this.#round) samples.addStale(series.labels, timeMs);
  }

  /** The round is durable. Returns the series that have ended with it. */
  settle(): S[] {
    const ended = this.#aliveSeen === this.#alive.length ? [] : this.#alive.filter((series) => series.seenIn !== this.#round);
    for (const series of ended) series.alive = false;
    for (const series of this.#current) series.alive = true;
    this.#alive = this.#current;
    return ended;
  }
}
